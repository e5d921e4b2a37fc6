using System.Diagnostics;
using FpingCluster.Shared.Hosting;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Hosting;

/// <summary>
/// Agents that a one-shot run starts on its own host, each a process. They leave when the coordinator drains them, and at the latest when their standard
/// input closes, which it does however this process ends.
/// </summary>
internal sealed partial class LocalAgents(ILogger<LocalAgents> logger) : IAsyncDisposable
{
    private static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(10);

    private readonly List<LocalAgent> _agents = [];

    /// <summary>Ends when no local agent is left; never when none was started.</summary>
    public Task AllGone { get; private set; } = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);

    public void Start(int count, Uri coordinator, string dataDir, IReadOnlyList<string> options)
    {
        var program = FindProgram();
        for (var i = 1; i <= count; i++)
        {
            var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true };
            string[] arguments =
            [
                "run", "--coordinator", coordinator.ToString().TrimEnd('/'), "--name", $"local-{i}", "--data-dir", Path.Combine(dataDir, $"agent-{i}"),
                "--follow-stdin", .. options,
            ];
            foreach (var argument in arguments)
            {
                start.ArgumentList.Add(argument);
            }

            _agents.Add(LocalAgent.Start($"local-{i}", start, Heard));
        }

        AllGone = Task.WhenAll(_agents.Select(agent => agent.Process.WaitForExitAsync()));
    }

    /// <summary>What the agents said last, for the error message when they are all gone.</summary>
    public string LastWords() => string.Join(
        Environment.NewLine, _agents.SelectMany(agent => agent.LastLines.Select(line => $"{agent.Name}: {line}")).Distinct().TakeLast(6));

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents)
        {
            agent.Process.StandardInput.Close();
        }

        await Task.WhenAny(AllGone, Task.Delay(LeaveTime, TimeProvider.System));
        foreach (var agent in _agents)
        {
            if (!agent.Process.HasExited)
            {
                Log.Killed(logger, agent.Name, LeaveTime.TotalSeconds);
                agent.Process.Kill();
            }

            agent.Process.Dispose();
        }
    }

    private void Heard(string agent, string line) => Log.Said(logger, agent, line);

    private static string FindProgram()
    {
        var beside = Path.Combine(AppContext.BaseDirectory, "fping-agent");
        return File.Exists(beside)
            ? beside
            : throw new UserErrorException($"cannot start local agents: there is no {beside}; run ./build.sh, or start agents yourself and use --wait-agents");
    }
}
