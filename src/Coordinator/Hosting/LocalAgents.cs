using System.Diagnostics;
using FpingCluster.Shared.Hosting;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Hosting;

/// <summary>
/// Agents that a one-shot run starts on its own host, each a process. They leave when the coordinator drains them, and at the latest when their standard
/// input closes, which it does however this process ends.
/// </summary>
/// <param name="program">The agent's program; null is the one beside this.</param>
/// <param name="leaveTime">How long they may take to leave before they are ended.</param>
internal sealed partial class LocalAgents(ILogger<LocalAgents> logger, TimeSpan leaveTime, string? program = null) : IAsyncDisposable
{
    private readonly List<LocalAgent> _agents = [];
    private readonly List<Task> _exits = [];

    /// <summary>Ends when one of the local agents has ended; never when none was started.</summary>
    public Task AnyGone => _exits.Count > 0 ? Task.WhenAny(_exits) : Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);

    /// <summary>Ends when no local agent is left; never when none was started.</summary>
    public Task AllGone => _exits.Count > 0 ? Task.WhenAll(_exits) : Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);

    public void Start(int count, Uri coordinator, string dataDir, IReadOnlyList<string> options)
    {
        var file = program ?? FindProgram();
        for (var i = 1; i <= count; i++)
        {
            var start = new ProcessStartInfo(file) { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true };
            string[] arguments =
            [
                "run", "--coordinator", coordinator.ToString().TrimEnd('/'), "--name", $"local-{i}", "--data-dir", Path.Combine(dataDir, $"agent-{i}"),
                "--follow-stdin", .. options,
            ];
            // They share this host, so each plans with its part of the processors.
            start.Environment["DOTNET_PROCESSOR_COUNT"] = Math.Max(1, Environment.ProcessorCount / count).ToString();
            foreach (var argument in arguments)
            {
                start.ArgumentList.Add(argument);
            }

            var agent = LocalAgent.Start($"local-{i}", start, Heard);
            _agents.Add(agent);
            _exits.Add(agent.Process.WaitForExitAsync());
        }
    }

    /// <summary>What is told when agents have ended that should not have: what those said last, with the exit code that fits.</summary>
    public UserErrorException Failure(string what)
    {
        var ended = _agents.Where(agent => agent.Process.HasExited).ToList();
        var lastWords = ended.SelectMany(agent => agent.LastLines.DefaultIfEmpty($"exit code {agent.Process.ExitCode}").Select(line => $"{agent.Name}: {line}"));
        var badUsage = ended.Exists(agent => agent.Process.ExitCode == ExitCode.BadUsage);
        return new UserErrorException(
            string.Join(Environment.NewLine, lastWords.TakeLast(6).Prepend($"{what}:")), exitStatus: badUsage ? ExitCode.BadUsage : ExitCode.Incomplete);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents)
        {
            agent.Process.StandardInput.Close();
        }

        var exits = Task.WhenAll(_exits);
        await Task.WhenAny(exits, Task.Delay(leaveTime, TimeProvider.System));
        foreach (var agent in _agents.Where(agent => !agent.Process.HasExited))
        {
            Log.Killed(logger, agent.Name, leaveTime.TotalSeconds);
            agent.Process.Kill(entireProcessTree: true);
        }

        // Their files are in a folder that is deleted next.
        await exits;
        _agents.ForEach(agent => agent.Process.Dispose());
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
