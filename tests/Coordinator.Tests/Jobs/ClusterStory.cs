using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Coordinator.Tests.Membership;
using FpingCluster.Coordinator.Tests.Sharding;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.Shared.Configuration;
using FpingCluster.TestKit;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Tests.Jobs;

/// <summary>A cluster on one thread: time passes, agents speak and the store commits only when the test says so.</summary>
internal sealed class ClusterStory
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(200);

    private readonly List<StoredBatch> _uncommitted = [];
    private readonly List<StoryAgent> _agents = [];

    private readonly ClusterOptions _options;

    public ClusterStory(ClusterOptions? options = null)
    {
        _options = options ?? new ClusterOptions();
        Cluster = NewCluster();
    }

    public Cluster Cluster { get; private set; }

    public FakeTimeProvider Time { get; } = new();

    public MemoryResultStore Store { get; } = new();

    public RecordingLogger<Cluster> Logger { get; } = new();

    public IEnumerable<string> Warnings => Logger.Entries.Where(entry => entry.Level >= LogLevel.Warning).Select(entry => entry.Message);

    /// <summary>Shards of 26 to 50 targets, one ping each.</summary>
    public static Job Job(string name = "iot") => new() { Name = name, TargetFile = "/none", Probe = new Probe { Count = 1, Bucket = 50 } };

    public ActiveRound Begin(Job? job = null, int targets = 1_000, TimeSpan? deadline = null, int? rateCap = null)
    {
        job ??= Job();
        var round = ActiveRound.Open(Store, new RoundOrder(job, Lists.Map(targets, job.Probe.Bucket), deadline, rateCap), Time);
        Cluster.BeginRound(round);
        return round;
    }

    public StoryAgent Join(int number, int capacity = 1_000) => Join(Introductions.Agent(number, capacity));

    public StoryAgent Join(AgentIntroduction introduction)
    {
        var agent = new StoryAgent(this, introduction);
        _agents.Add(agent);
        agent.Connect();
        return agent;
    }

    /// <summary>What was merged becomes durable.</summary>
    /// <param name="heard">False: the coordinator is killed before it knows.</param>
    public void Commit(bool heard = true)
    {
        var batches = _uncommitted.ToArray();
        _uncommitted.Clear();
        Store.Append(batches);
        if (heard)
        {
            Cluster.Committed(batches);
        }
    }

    /// <summary>Tick by tick; agents that are alive and connected send their heartbeats.</summary>
    public void Pass(TimeSpan time)
    {
        var end = Time.GetTimestamp() + time.Ticks;
        while (Time.GetTimestamp() < end)
        {
            Time.Advance(TickInterval);
            foreach (var agent in _agents)
            {
                agent.Beat();
            }

            Cluster.Tick(Time.GetTimestamp());
        }
    }

    public void Pass(double seconds) => Pass(TimeSpan.FromSeconds(seconds));

    /// <summary>All agents that are alive probe what they hold until nothing is left to do.</summary>
    public void Work()
    {
        while (_agents.Sum(agent => agent.IsFrozen ? 0 : agent.ProbeAll()) > 0)
        {
            Commit();
        }
    }

    /// <summary>
    /// The coordinator is killed, and another opens its store: sessions are cut, what was not committed is gone, and the round is expected again. Nobody has come back yet.
    /// </summary>
    public ActiveRound Restart(ActiveRound round)
    {
        _uncommitted.Clear();
        _agents.ForEach(agent => agent.IsConnected = false);
        Store.Generation++;
        Cluster = NewCluster();
        var record = Store.FindRound(round.Briefing.Id)!;
        var durable = RoundRows.Durable(Store, record, Store.ReadShards(record.Id));
        var resumed = ActiveRound.Resume(record, round.Order, Store.Generation, durable, Time);
        Cluster.ExpectRound(resumed);
        return resumed;
    }

    public static RoundOutcome OutcomeOf(ActiveRound round)
    {
        Assert.True(round.Finished.Task.IsCompletedSuccessfully, "the round is not over");
        return round.Finished.Task.Result;
    }

    private Cluster NewCluster() => new(Store, _uncommitted.Add, _options, Time, Logger);
}
