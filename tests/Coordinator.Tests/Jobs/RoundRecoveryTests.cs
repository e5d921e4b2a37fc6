using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Sharding;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Coordinator.Targets;
using FpingCluster.Coordinator.Tests.Leases;
using FpingCluster.Coordinator.Tests.Membership;
using FpingCluster.Coordinator.Tests.Sharding;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;

namespace FpingCluster.Coordinator.Tests.Jobs;

/// <summary>What becomes, at the start of a coordinator, of the rounds that the one before left unfinished.</summary>
public sealed class RoundRecoveryTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(60);

    private readonly ConfigurationFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly MemoryResultStore _store = new();
    private readonly RecordingLogger<RoundRecovery> _logger = new();
    private readonly TargetCatalog _catalog = new();
    private readonly Job _job;
    private readonly WaitingTime _runnerTime;
    private readonly ClusterLoop _loop;
    private readonly RoundOutput _output;
    private readonly ShardMap _map = Lists.Map(100, bucket: 30);
    private readonly CancellationTokenSource _stop = new();
    private int _reads;

    public RoundRecoveryTests()
    {
        _runnerTime = new WaitingTime(_time);
        _output = new RoundOutput(_store, NullLogger<RoundOutput>.Instance);
        _loop = new ClusterLoop(_store, new ClusterOptions { Grace = TimeSpan.Zero }, _time, NullLoggerFactory.Instance);
        _folder.Write("targets.csv", string.Join('\n', _map.List.Addresses.ToArray()));
        _job = ClusterStory.Job() with
        {
            TargetFile = _folder["targets.csv"],
            Every = Every,
            Probe = new Probe { Count = 1, Bucket = 30 },
            Output = new JobOutput(_folder["results.csv"], ResultFormat.Csv),
        };
    }

    private IEnumerable<string> Log => _logger.Entries.Select(entry => entry.Message);

    public Task InitializeAsync() => _loop.StartAsync(default);

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
    public async Task A_round_goes_on_and_the_next_begins_on_its_schedule()
    {
        var start = _time.GetUtcNow();
        var id = Leave(durable: 2);
        _time.Advance(TimeSpan.FromSeconds(20));
        var runner = await RecoverAsync();
        Assert.Equal($"Going on with round {id} of job 'iot': 2 of {_map.Shards.Count} shards are there", Assert.Single(Log));
        Assert.NotNull(_loop.FindRound(id));

        var agent = Introductions.Agent(2);
        _loop.AgentJoined(agent, new EchoLink(_loop, agent));
        var running = Task.Run(() => runner.RunAsync(rounds: 0, keepGoing: true, _stop.Token));
        Assert.Equal(TimeSpan.FromSeconds(40), await _runnerTime.NextWaitAsync());

        var round = _store.FindRound(id)!;
        Assert.Equal((100, 100L, TimeSpan.FromSeconds(20)), (round.Summary!.Up, round.Summary.Sent, round.Summary.Duration));
        Assert.Equal([("a1", ""), ("a2", "raw")], round.Summary.Agents.Select(share => (share.Name, share.Engine)));
        Assert.Equal(100, _store.ReadBatches(id).Sum(batch => _map.Shards[_map.IndexOf(batch.Shard)].TargetCount));
        Assert.Equal(101, File.ReadAllLines(_folder["results.csv"]).Length);
        Assert.Equal((1, 0), (runner.Status.Rounds, runner.Status.Skipped));
        Assert.Equal(start.AddSeconds(60), runner.Status.NextStart);
        await _stop.CancelAsync();
        await running.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_round_past_its_deadline_is_closed_as_of_then_and_written()
    {
        var id = Leave(durable: 2);
        _time.Advance(TimeSpan.FromHours(1));

        var runner = await RecoverAsync();

        var round = Closed(id, "its deadline has passed");
        Assert.Null(runner.Resumed);
        Assert.Equal((round.Deadline, Every), (round.ClosedAt, round.Summary!.Duration));
        Assert.Equal(101, File.ReadAllLines(_folder["results.csv"]).Length);
    }

    [Fact]
    public async Task A_round_of_another_list_is_closed()
    {
        var id = Leave(durable: 2);
        _folder.Write("targets.csv", "10.0.0.1\n10.9.9.9\n");

        var runner = await RecoverAsync();

        Closed(id, "the target list has changed");
        Assert.Null(runner.Resumed);
        Assert.False(File.Exists(_folder["results.csv"]));
    }

    [Fact]
    public async Task A_round_of_a_list_with_one_name_more_is_closed()
    {
        var id = Leave(durable: 2);
        File.AppendAllText(_folder["targets.csv"], "\nno-such-host.invalid\n");

        await RecoverAsync();

        Closed(id, "the target list has changed");
    }

    [Fact]
    public async Task A_round_of_another_probe_is_closed_and_written()
    {
        var id = Leave(durable: 2);

        await RecoverAsync(_job with { Probe = _job.Probe with { Count = 2 } });

        Closed(id, "the job's probe has changed");
        Assert.Equal(101, File.ReadAllLines(_folder["results.csv"]).Length);
    }

    [Fact]
    public async Task A_closed_rounds_rows_do_not_go_to_stdout()
    {
        var id = Leave(durable: 2);
        _time.Advance(TimeSpan.FromHours(1));

        await RecoverAsync(_job with { Output = new JobOutput(JobOutput.Stdout, ResultFormat.Csv) });

        // For the summary; its rows would have been another.
        Assert.Equal(1, _reads);
        Closed(id, "its deadline has passed");
    }

    [Fact]
    public async Task Only_the_newest_round_of_a_job_goes_on()
    {
        var ids = new[] { Leave(durable: 1), Leave(durable: 2), Leave(durable: 3) };

        var runner = await RecoverAsync();

        Assert.Equal(ids[2], runner.Resumed!.Briefing.Id);
        Closed(ids[0], "a newer round of its job was begun");
        Closed(ids[1], "a newer round of its job was begun");
        Assert.Equal([ids[2]], _store.ReadUnfinishedRounds().Select(round => round.Id));
    }

    [Fact]
    public async Task A_round_older_than_a_closed_one_is_closed()
    {
        var id = Leave(durable: 2);
        _store.CloseRound(Leave(durable: 0), _time.GetUtcNow(), StoreSamples.Summary());

        var runner = await RecoverAsync();

        Assert.Null(runner.Resumed);
        Closed(id, "a newer round of its job was begun");
        Assert.False(File.Exists(_folder["results.csv"]));
    }

    [Fact]
    public async Task A_round_of_a_job_that_is_no_more_is_closed()
    {
        var id = Leave(durable: 2);

        await RecoverAsync(_job with { Name = "other" });

        Closed(id, "its job is not configured any more");
    }

    [Fact]
    public async Task A_damaged_round_is_told_and_the_others_go_on()
    {
        var whole = Leave(durable: 2, job: "whole");
        var damaged = Leave(durable: 0);
        var shard = _map.Shards[0];
        _store.Append([new StoredBatch(damaged, shard.Id, new LeaseEpoch(1), shard.Content, "a1", ResultColumnsCodec.Encode(Samples.Up(_map.Shards[1], count: 2)).ToByteArray())]);

        var runner = await RecoverAsync();

        Assert.Null(runner.Resumed);
        Assert.Contains($"Round {damaged} of job 'iot', left unfinished: the stored results of shard {shard.Id} in round {damaged} are damaged", Log.First());
        Closed(whole, "its job is not configured any more");
    }

    [Fact]
    public async Task Nothing_left_is_nothing_said()
    {
        Assert.Null((await RecoverAsync()).Resumed);

        Assert.Empty(Log);
    }

    // A coordinator begins a round of the job and is killed when so many of its shards are durable.
    private RoundId Leave(int durable, string job = "iot")
    {
        var round = ActiveRound.Open(_store, new RoundOrder(_job with { Name = job }, _map, Every, RateCap: null), _time).Briefing.Id;
        _store.Append([.. _map.Shards.Take(durable).Select(shard =>
            new StoredBatch(round, shard.Id, new LeaseEpoch(1), shard.Content, "a1", ResultColumnsCodec.Encode(Samples.Up(shard)).ToByteArray()))]);
        return round;
    }

    private async Task<JobRunner> RecoverAsync(Job? job = null)
    {
        job ??= _job;
        var targets = new TargetLoader(job, new Limits(), _catalog, new NoNames(), _time);
        await targets.LoadAsync(default);
        var runner = new JobRunner(job, targets, _loop, _output, _runnerTime, NullLogger<JobRunner>.Instance);
        _store.Generation++;
        _store.Reading = () => _reads++;
        new RoundRecovery(_store, _catalog, _loop, _output, _time, _logger).Recover([runner]);
        return runner;
    }

    private RoundRecord Closed(RoundId id, string why)
    {
        var round = _store.FindRound(id)!;
        var done = _store.ReadBatches(id).Sum(batch => _map.Shards[_map.IndexOf(batch.Shard)].TargetCount);
        Assert.NotNull(round.ClosedAt);
        Assert.Equal((100, done, 0, 100 - done), (round.Summary!.Targets, round.Summary.Up, round.Summary.Down, round.Summary.Unknown));
        Assert.Contains($"Round {id} of job '{round.Job}', left unfinished, is closed: {why}; {done} up, 0 down, {100 - done} unknown", Log);
        return round;
    }

    private sealed class NoNames : INameResolver
    {
        public Task<NameAnswer> ResolveAsync(string hostName, CancellationToken cancellation) => Task.FromResult(new NameAnswer([], "no such name"));
    }
}
