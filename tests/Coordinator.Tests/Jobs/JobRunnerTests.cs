using System.Threading.Channels;
using FpingCluster.Coordinator.Cli;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Coordinator.Targets;
using FpingCluster.Coordinator.Tests.Membership;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace FpingCluster.Coordinator.Tests.Jobs;

/// <summary>A runner over a real loop with one agent that answers at once; a round takes as long as the test holds up its commit.</summary>
public sealed class JobRunnerTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly ConfigurationFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly MemoryResultStore _store = new();
    private readonly RecordingLogger<JobRunner> _logger = new();
    private readonly Channel<RoundOutcome> _outcomes = Channel.CreateUnbounded<RoundOutcome>();
    private readonly CancellationTokenSource _stop = new();
    private readonly WaitingTime _runnerTime;
    private readonly ClusterLoop _loop;
    private readonly RoundOutput _output;
    private readonly DateTimeOffset _start;

    public JobRunnerTests()
    {
        _runnerTime = new WaitingTime(_time);
        _start = _time.GetUtcNow();
        _output = new RoundOutput(_store, NullLogger<RoundOutput>.Instance);
        // The agent is never silent: these tests advance the clock further than it speaks.
        _loop = new ClusterLoop(_store, new ClusterOptions { Grace = TimeSpan.FromDays(1) }, _time, NullLoggerFactory.Instance);
    }

    public async Task InitializeAsync()
    {
        await _loop.StartAsync(default);
        var agent = Introductions.Agent(1);
        _loop.AgentJoined(agent, new EchoLink(_loop, agent));
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop.StopAsync(default).WaitAsync(Patience);
    }

    public void Dispose()
    {
        _loop.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Rounds_begin_on_schedule_without_drift()
    {
        var (_, running) = Run(new Job { Name = "iot", TargetFile = _folder["targets.csv"], Every = Every }, rounds: 4);
        for (var round = 1; round < 4; round++)
        {
            Assert.Equal(Every, await _runnerTime.NextWaitAsync());
            _time.Advance(Every);
        }

        await running.WaitAsync(Patience);
        Assert.Equal([0, 10, 20, 30], Starts());
    }

    [Fact]
    public async Task A_round_that_takes_too_long_lets_others_pass_and_they_are_counted()
    {
        var (runner, _) = Run(new Job { Name = "iot", TargetFile = _folder["targets.csv"], Every = Every });
        await _runnerTime.NextWaitAsync();
        await HoldUpAsync(begin: Every, length: TimeSpan.FromSeconds(25));

        // Begun at 10 and over at 35: those of 20 and 30 have passed, the next is that of 40.
        Assert.Equal(TimeSpan.FromSeconds(5), await _runnerTime.NextWaitAsync());
        Assert.Equal((2, 2), (runner.Status.Rounds, runner.Status.Skipped));
        Assert.Equal(_start.AddSeconds(40), runner.Status.NextStart);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(Every, await _runnerTime.NextWaitAsync());
        Assert.Equal([0, 10, 40], Starts());
        Assert.Contains(_logger.Entries, entry => entry.Message.Contains("2 rounds skipped", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(10.5, 0, 20.5)]
    [InlineData(11.5, 1, 30.0)]
    [InlineData(20.5, 1, 30.5)]
    public async Task A_round_that_is_a_little_late_begins_at_once_and_the_schedule_stays(double seconds, int skipped, double next)
    {
        var (runner, _) = Run(new Job { Name = "iot", TargetFile = _folder["targets.csv"], Every = Every });
        await _runnerTime.NextWaitAsync();
        await HoldUpAsync(begin: Every, length: TimeSpan.FromSeconds(seconds));

        var wait = await _runnerTime.NextWaitAsync();
        if (next == 30.0)
        {
            _time.Advance(wait);
            wait = await _runnerTime.NextWaitAsync();
        }

        Assert.Equal(next, Starts()[2], 3);
        Assert.Equal(skipped, runner.Status.Skipped);
        Assert.Equal(0, (_time.GetUtcNow() + wait - _start).TotalSeconds % 10, 3);
    }

    [Fact]
    public async Task A_job_with_a_pause_waits_from_end_to_start()
    {
        Run(new Job { Name = "iot", TargetFile = _folder["targets.csv"], Pause = TimeSpan.FromSeconds(3) });
        Assert.Equal(TimeSpan.FromSeconds(3), await _runnerTime.NextWaitAsync());
        await HoldUpAsync(begin: TimeSpan.FromSeconds(3), length: TimeSpan.FromSeconds(7));
        Assert.Equal(TimeSpan.FromSeconds(3), await _runnerTime.NextWaitAsync());

        Assert.Equal([0, 3], Starts());
    }

    [Fact]
    public async Task A_job_that_is_stopped_while_it_waits_begins_no_round()
    {
        var (_, running) = Run(new Job { Name = "iot", TargetFile = _folder["targets.csv"], Every = Every });
        await _runnerTime.NextWaitAsync();

        await _stop.CancelAsync();
        await running.WaitAsync(Patience);

        Assert.Single(Starts());
    }

    [Fact]
    public async Task A_service_tells_what_went_wrong_and_tries_again()
    {
        _store.Trouble = "the disk is full; free some space";
        var (runner, _) = Run(new Job { Name = "iot", TargetFile = _folder["targets.csv"] });

        // Without a schedule it does not try without end.
        Assert.Equal(TimeSpan.FromSeconds(1), await _runnerTime.NextWaitAsync());
        Assert.Equal((0, "the disk is full; free some space"), (runner.Status.Rounds, runner.Status.Problem));
        _store.Trouble = null;
        _time.Advance(TimeSpan.FromSeconds(1));

        await _outcomes.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        Assert.Null(runner.Status.Problem);
        await _stop.CancelAsync();
    }

    [Fact]
    public async Task A_one_shot_run_ends_with_what_went_wrong()
    {
        _store.Trouble = "the disk is full; free some space";

        var (_, running) = Run(new Job { Name = "iot", TargetFile = _folder["targets.csv"] }, rounds: 1, keepGoing: false);

        await Assert.ThrowsAsync<StoreException>(() => running.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_bad_list_is_told_and_the_round_is_run_with_the_old_one()
    {
        var (runner, _) = Run(new Job { Name = "iot", TargetFile = _folder["targets.csv"], Every = Every });
        await _runnerTime.NextWaitAsync();
        _folder.Write("targets.csv", "127.0.0.999\n");
        _time.Advance(Every);
        await _runnerTime.NextWaitAsync();

        Assert.Equal((2, 1), (runner.Status.Rounds, runner.Status.Targets));
        Assert.Contains("targets.csv:1", runner.Status.Problem);
        Assert.Contains(_logger.Entries, entry => entry.Message.Contains("the one read before is used", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bad_first_list_fails()
    {
        _folder.Write("targets.csv", "127.0.0.999\n");

        await Assert.ThrowsAsync<UserErrorException>(() => Create(new Job { Name = "iot", TargetFile = _folder["targets.csv"] }).RunAsync(rounds: 1, keepGoing: false, default));
    }

    [Fact]
    public async Task Each_round_is_written_before_it_is_told()
    {
        var job = new Job { Name = "iot", TargetFile = _folder["targets.csv"], Output = new JobOutput(_folder["results.csv"], ResultFormat.Csv) };
        var (runner, running) = Run(job, rounds: 1);

        var outcome = await _outcomes.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        await running.WaitAsync(Patience);

        Assert.Equal(1, outcome.Summary.Up);
        Assert.Equal((outcome.Round, outcome.Summary), (runner.Status.LastRound!.Value, runner.Status.LastSummary));
        Assert.Contains(",127.0.0.1,,1,1,0", File.ReadAllLines(_folder["results.csv"])[1]);
    }

    [Fact]
    public async Task Progress_of_a_closed_round_is_what_it_came_to_while_it_is_written_and_after()
    {
        var job = new Job { Name = "iot", TargetFile = _folder["targets.csv"], Output = new JobOutput(_folder["results.csv"], ResultFormat.Csv) };
        var runner = Create(job);
        var progress = new RunProgress(_loop, _output, [runner]);
        var writing = default(ProgressSnapshot);
        _store.Reading = () => writing = progress.Snapshot();
        Assert.Equal(default, progress.Snapshot());

        await Task.Run(() => runner.RunAsync(rounds: 1, keepGoing: false, default)).WaitAsync(Patience);

        // No tick has passed since the close.
        Assert.Equal(0, Assert.Single(_loop.Progress).Done);
        var over = new ProgressSnapshot(1, 1, 1, 0, 0, PingsSent: 1, Took: runner.Status.LastSummary!.Duration);
        Assert.Equal(over with { Stage = $"writing {_folder["results.csv"]}" }, writing);
        Assert.Equal(over, progress.Snapshot());
    }

    private JobRunner Create(Job job) => new(
        job,
        new TargetLoader(job, new Limits(), new TargetCatalog(), new NoNames(), _time),
        _loop,
        _output,
        _runnerTime,
        _logger)
    {
        RoundFinished = outcome => _outcomes.Writer.TryWrite(outcome),
    };

    private (JobRunner Runner, Task Running) Run(Job job, int rounds = 0, bool keepGoing = true)
    {
        var runner = Create(job);
        return (runner, Task.Run(() => runner.RunAsync(rounds, keepGoing, _stop.Token)));
    }

    // Lets the next round begin, and its commit take so long.
    private async Task HoldUpAsync(TimeSpan begin, TimeSpan length)
    {
        var reached = new Signal();
        using var goOn = new ManualResetEventSlim();
        _store.Appending = _ =>
        {
            reached.Set();
            Assert.True(goOn.Wait(Patience), "the test did not let Append go on");
        };
        _time.Advance(begin);
        await reached.Wait(Patience, "the round's result is appended");
        _time.Advance(length);
        _store.Appending = null;
        goOn.Set();
        for (var rounds = _store.ReadRounds(null, 10).Count; _outcomes.Reader.Count < rounds;)
        {
            await _outcomes.Reader.WaitToReadAsync().AsTask().WaitAsync(Patience);
            await Task.Yield();
        }
    }

    private double[] Starts() => [.. _store.ReadRounds(null, 100).Reverse().Select(round => (round.StartedAt - _start).TotalSeconds)];

    private sealed class NoNames : INameResolver
    {
        public Task<NameAnswer> ResolveAsync(string hostName, CancellationToken cancellation) => throw new InvalidOperationException(hostName);
    }
}
