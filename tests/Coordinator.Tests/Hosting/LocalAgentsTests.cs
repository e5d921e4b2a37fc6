using FpingCluster.Coordinator.Hosting;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.Shared.Hosting;
using FpingCluster.TestKit;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Tests.Hosting;

/// <summary>Scripts stand in for the agent: what is tested is how they are started, heard and ended.</summary>
public sealed class LocalAgentsTests : IDisposable
{
    private static readonly Uri Coordinator = new("http://127.0.0.1:7443");

    private readonly StoreFolder _folder = new();
    private readonly RecordingLogger<LocalAgents> _logger = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Agents_leave_when_their_standard_input_closes()
    {
        var agents = Start(2, "echo started >&2; cat; echo \"$3 $5\" >&2");

        await agents.DisposeAsync();

        Assert.Equal(
            ["local-1: http://127.0.0.1:7443 local-1", "local-2: http://127.0.0.1:7443 local-2"],
            _logger.Entries.Select(entry => entry.Message).Where(message => message.Contains("http", StringComparison.Ordinal)).Order());
        Assert.DoesNotContain(_logger.Entries, entry => entry.Level == LogLevel.Warning);
    }

    [Fact]
    public async Task Agent_that_does_not_leave_is_ended_with_its_children()
    {
        var agents = Start(1, "trap '' TERM; echo $$ > pid; sleep 600 & wait; sleep 600", leaveTime: TimeSpan.FromMilliseconds(100));
        await Wait.Until(() => File.Exists(Path.Combine(_folder.Path, "pid")), TestAgent.Patience, "the agent has begun");

        await agents.DisposeAsync();

        Assert.Contains(_logger.Entries, entry => entry.Message.StartsWith("Local agent local-1 did not leave within", StringComparison.Ordinal));
        Assert.True(agents.AllGone.IsCompleted);
    }

    [Theory]
    [InlineData(2, ExitCode.BadUsage)]
    [InlineData(9, ExitCode.Incomplete)]
    public async Task Agents_that_end_are_told_with_their_last_words(int theirs, int ours)
    {
        await using var agents = Start(1, $"echo 'fping is missing; install it' >&2; echo >&2; exit {theirs}");
        await agents.AnyGone.WaitAsync(TestAgent.Patience);

        var failure = agents.Failure("all are gone");

        Assert.Equal($"all are gone:{Environment.NewLine}local-1: fping is missing; install it", failure.Message);
        Assert.Equal(ours, failure.ExitStatus);
    }

    [Fact]
    public async Task Agent_that_ends_without_a_word_is_told_with_its_exit_code()
    {
        await using var agents = Start(1, "exit 137");
        await agents.AllGone.WaitAsync(TestAgent.Patience);

        Assert.Equal($"gone:{Environment.NewLine}local-1: exit code 137", agents.Failure("gone").Message);
    }

    [Fact]
    public async Task No_agents_leave_at_once()
    {
        var agents = new LocalAgents(_logger, Timeout.InfiniteTimeSpan);

        Assert.False(agents.AllGone.IsCompleted);
        await agents.DisposeAsync().AsTask().WaitAsync(TestAgent.Patience);
    }

    [Fact]
    public async Task Missing_program_is_told_with_the_remedy()
    {
        await using var agents = new LocalAgents(_logger, TimeSpan.FromSeconds(1));

        var exception = Assert.Throws<UserErrorException>(() => agents.Start(1, Coordinator, _folder.Path, []));

        Assert.Equal(
            $"cannot start local agents: there is no {Path.Combine(AppContext.BaseDirectory, "fping-agent")}; run ./build.sh, or start agents yourself and use --wait-agents",
            exception.Message);
    }

    private LocalAgents Start(int count, string script, TimeSpan? leaveTime = null)
    {
        var program = Path.Combine(_folder.Path, "agent.sh");
        File.WriteAllText(program, $"#!/bin/sh\ncd '{_folder.Path}'\n{script}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var agents = new LocalAgents(_logger, leaveTime ?? TestAgent.Patience, program);
        agents.Start(count, Coordinator, _folder.Path, []);
        return agents;
    }
}
