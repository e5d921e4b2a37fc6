using System.CommandLine;
using FpingCluster.Agent.Engines.Simulated;

namespace FpingCluster.Agent.Cli;

/// <summary>Options about the engines themselves, the same for every command that runs one.</summary>
internal static class EngineOptions
{
    private const int MaxLanes = 64;

    public static Option<int?> Lanes() => new("--lanes")
    {
        Description = "Threads of the raw engine, each with sockets of its own [default: one for each 70,000 pings/s of the rate, at most one a CPU]",
        HelpName = "N",
        CustomParser = result =>
        {
            if (!int.TryParse(result.Tokens[0].Value, out var lanes) || lanes is < 1 or > MaxLanes)
            {
                result.AddError($"--lanes is '{result.Tokens[0].Value}'; it must be a whole number from 1 to {MaxLanes}");
            }

            return lanes;
        },
    };

    public static Option<SimulationSettings?> Simulate() => new("--simulate")
    {
        Description = $"The network of --engine simulated, for example dead=1,loss=0,rtt=5; keys: {SimulationSettings.Keys}",
        HelpName = "KEY=NUMBER,…",
        CustomParser = result =>
        {
            if (SimulationSettings.TryParse(result.Tokens[0].Value, out var settings) is { } error)
            {
                result.AddError($"--simulate: {error}");
            }

            return settings;
        },
    };
}
