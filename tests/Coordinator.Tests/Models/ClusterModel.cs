using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Sharding;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Coordinator.Tests.Jobs;
using FpingCluster.Coordinator.Tests.Sharding;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.Shared.Leases;
using FpingCluster.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace FpingCluster.Coordinator.Tests.Models;

/// <summary>
/// A cluster with its lease table, merger and roster, and beside it a plain account of who holds which shard, what was merged and what is durable. Whatever happens is done to
/// both; each lease, merge and ack is checked against the account as it is made, and the rate that agents may be sending after each step.
/// </summary>
internal sealed partial class ClusterModel
{
    private const int Rate = 60;

    private static readonly ShardMap Map = Lists.Map(100, bucket: 10);

    private readonly ClusterOptions _options;
    private readonly MemoryResultStore _store = new();
    private readonly List<StoredBatch> _uncommitted = [];
    private readonly ModelShard[] _shards = [.. Map.Shards.Select(shard => new ModelShard(shard))];
    private readonly ModelAgent[] _agents;
    private readonly RoundOrder _order;
    private ActiveRound _round;

    public ClusterModel(int agents, int seed)
    {
        // Each seed has one of the four kinds of rounds: with and without a deadline, with and without a limited rate.
        _options = new ClusterOptions { Rate = seed % 2 == 0 ? Rate : null, Window = TimeSpan.FromSeconds(1), StallLimit = TimeSpan.FromHours(1) };
        _agents = [.. Enumerable.Range(1, agents).Select(number => new ModelAgent(this, number))];
        _order = new RoundOrder(ClusterStory.Job(), Map, seed % 4 < 2 ? null : TimeSpan.FromSeconds(40), RateCap: null);
        Cluster = NewCluster();
        _round = ActiveRound.Open(_store, _order, Time);
        Cluster.BeginRound(_round);
    }

    public FakeTimeProvider Time { get; } = new();

    public Cluster Cluster { get; private set; }

    public void Do(ClusterStep step)
    {
        var (agent, pick) = (_agents[step.Agent], step.Pick);
        switch (step.Operation)
        {
            case ClusterOperation.Connect:
                agent.Connect();
                break;
            case ClusterOperation.Break:
                agent.Break();
                break;
            case ClusterOperation.Cut:
                agent.IsCut = true;
                break;
            case ClusterOperation.Mend:
                agent.IsCut = false;
                agent.SendUnacked();
                break;
            case ClusterOperation.Restart:
                agent.Restart(keepsSpool: pick % 3 == 0, isHalfOpen: pick % 2 == 0);
                break;
            case ClusterOperation.Read:
                agent.Read();
                break;
            case ClusterOperation.Beat:
                agent.Beat();
                break;
            case ClusterOperation.Probe:
                agent.Probe(1 + pick % 4);
                break;
            case ClusterOperation.Send:
                agent.SendUnacked();
                break;
            case ClusterOperation.Repeat:
                agent.Repeat(pick);
                break;
            case ClusterOperation.Forge:
                agent.Forge(pick);
                break;
            case ClusterOperation.Return:
                agent.Return(1 + pick % 3, pick % 2 == 0 ? LeaseReturnReason.EngineFailed : LeaseReturnReason.Revoked);
                break;
            case ClusterOperation.LeaveInOrder:
                agent.LeaveInOrder();
                break;
            case ClusterOperation.Drain:
                Drain(agent);
                break;
            case ClusterOperation.Goodbye:
                agent.SayGoodbye();
                break;
            case ClusterOperation.Commit:
                Commit(heard: true);
                break;
            case ClusterOperation.Pass:
                Pass(TimeSpan.FromMilliseconds(100 + pick));
                break;
            case ClusterOperation.StandStill:
                Pass(TimeSpan.FromSeconds(pick % 60));
                break;
            case ClusterOperation.JumpWallClock:
                Time.JumpWallClock(TimeSpan.FromMinutes(pick - 500));
                break;
            case ClusterOperation.KillCoordinator:
                KillCoordinator(committed: pick % 2 == 0);
                break;
        }

        CheckRate();
    }

    /// <summary>However things stand, agents that all live bring the round to its end.</summary>
    public void Finish()
    {
        foreach (var agent in _agents)
        {
            agent.IsCut = false;
            agent.Restart(keepsSpool: true, isHalfOpen: false);
        }

        for (var second = 0; !_round.Finished.Task.IsCompleted; second++)
        {
            Assert.True(second < 300, $"{_round.Leases.Open} shards are still open");
            foreach (var agent in _agents)
            {
                agent.Read();
                agent.Beat();
                agent.Probe(Map.Shards.Count);
                agent.SendUnacked();
                if (agent.Link is null)
                {
                    agent.Connect();
                }
            }

            Commit(heard: true);
            Pass(TimeSpan.FromSeconds(1));
            CheckRate();
        }

        CheckEnd();
    }

    private Cluster NewCluster() => new(_store, Merged, _options, Time, NullLogger<Cluster>.Instance);

    private void Pass(TimeSpan time)
    {
        Time.Advance(time);
        LoseTheSilent();
        Cluster.Tick(Time.GetTimestamp());
    }

    private void Commit(bool heard)
    {
        var batches = _uncommitted.ToArray();
        _uncommitted.Clear();
        _store.Append(batches);
        foreach (var batch in batches)
        {
            Of(batch.Shard).IsDurable = true;
        }

        if (heard)
        {
            Cluster.Committed(batches);
        }
    }

    // What was merged and not committed is gone with it. Nobody has come back when the next one begins.
    private void KillCoordinator(bool committed)
    {
        if (_round.Finished.Task.IsCompleted)
        {
            return;
        }

        if (committed)
        {
            Commit(heard: false);
        }

        _uncommitted.Clear();
        _store.Generation++;
        ForgetAgents();
        Array.ForEach(_agents, agent => agent.CoordinatorDied());
        Array.ForEach(_shards, shard => shard.Forget());
        Cluster = NewCluster();
        var record = _store.FindRound(_round.Briefing.Id)!;
        _round = ActiveRound.Resume(record, _order, _store.Generation, RoundRows.Durable(_store, record, _store.ReadShards(record.Id)), Time);
        Cluster.ExpectRound(_round);
        Cluster.BeginRound(_round);
    }

    // Frozen agents, too, count with their budget: they might wake at any moment.
    private void CheckRate()
    {
        if (_options.Rate is { } rate)
        {
            var sending = _agents.Sum(agent => agent.Sending);
            Assert.True(sending <= rate, $"agents may be sending {sending} pings/s: {string.Join(", ", _agents.Select(agent => $"{agent.Name} {agent.Sending}"))}");
        }
    }

    private void CheckEnd()
    {
        var summary = _round.Finished.Task.Result.Summary;
        var stored = _store.ReadBatches(_round.Briefing.Id).Select(batch => batch.Shard).ToList();
        Assert.Equal(_shards.Where(shard => shard.IsDurable).Select(shard => shard.Shard.Id.Value), stored.Select(shard => shard.Value));
        var done = _shards.Where(shard => shard.IsDurable).Sum(shard => shard.Shard.TargetCount);
        Assert.Equal((done, Map.List.Count - done, (long)done), (summary.Up, summary.Unknown, summary.Sent));
        Assert.True(_order.Deadline is not null || _shards.All(shard => shard.IsDurable || shard.IsAbandoned), "unknown, though nobody gave up");
    }

    private ModelShard Of(ShardId shard) => _shards[Map.IndexOf(shard)];
}
