using System.CommandLine;
using FpingCluster.Coordinator.Api;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>`fping-coordinator status`.</summary>
internal static class StatusCommand
{
    public static Command Create() =>
        ApiCommand.Create<StatusView>("status", "Show how a running coordinator is, its jobs and the rounds at work", _ => "api/v1/status", Show)
            .WithExamples("fping-coordinator status", $"{ApiUrl.Variable}=https://10.0.0.1:8080 fping-coordinator status --json");

    private static void Show(StatusView status, Screen screen)
    {
        screen.Output.WriteLine($"coordinator {status.Version}: {(status.Ready ? "ready" : $"in trouble: {status.Problem}")}");
        screen.Output.WriteLine($"{Quantity.Of(status.Agents, "agent")} connected, {status.CapacityPingsPerSecond:N0} pings/s");
        screen.Output.WriteLine();
        JobsCommand.Show(status.Jobs, screen);
        if (status.Running.Count > 0)
        {
            screen.Output.WriteLine();
            RoundsCommand.Show(status.Running, screen);
        }
    }
}
