using System.Collections.Concurrent;
using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Simulated;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Results;
using FpingCluster.TestKit;
using static FpingCluster.Agent.Tests.Assignments.TestShards;

namespace FpingCluster.Agent.Tests.Engines.Simulated;

/// <summary>A large round and a small one on one agent of 1,000 pings per second.</summary>
public sealed class FairShareTests
{
    private const int Rate = 1_000;

    private static readonly RoundId Large = new(7), Small = new(8);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly AssignmentTable _table;
    private readonly ConcurrentDictionary<RoundId, int> _pings = new([new(Large, 0), new(Small, 0)]);

    public FairShareTests()
    {
        _table = new AssignmentTable([EngineKind.Simulated], new IntakeGate(), _time);
        Grant(Large, shards: 400);
    }

    [Fact]
    public async Task Small_round_that_comes_while_a_large_one_is_queued_has_half_the_rate()
    {
        using var stop = new CancellationTokenSource();
        var running = new SimulatedEngine(new SimulationSettings { Rtt = 0 }, new RateLimit(Rate, _time), _time)
            .RunAsync(_table.SourceFor(EngineKind.Simulated), new CountingSink(_pings), stop.Token);
        await AdvanceUntilAsync(() => _pings[Large] >= 10 * Rate);
        var before = _pings[Large];

        Grant(Small, shards: 40);
        await AdvanceUntilAsync(() => _pings[Small] == 4 * Rate);

        // The large one's shards that were under way come on top.
        Assert.InRange(_pings[Large] - before, 3.5 * Rate, 4.8 * Rate);
        await AdvanceUntilAsync(() => _pings[Large] == 40 * Rate);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    // Shards of 50 targets, two pings each.
    private void Grant(RoundId round, int shards)
    {
        _table.StartRound(Named(round.Value, TwoPings with { Period = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromMilliseconds(100) }, job: $"{round}"));
        Assert.Empty(_table.Grant(round, [.. Enumerable.Range(1, shards).Select(shard => Granted((ulong)shard, targets: 50))]));
    }

    private async Task AdvanceUntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            _time.Advance(Step);
            await Task.Yield();
        }
    }

    private sealed class CountingSink(ConcurrentDictionary<RoundId, int> pings) : IResultSink
    {
        public void Progressed(int sent, int received)
        {
        }

        public void Completed(ShardAssignment assignment, ShardResult result) =>
            pings.AddOrUpdate(assignment.Lease.Round, 0, (_, sum) => sum + result.RttsUs.Length);

        public void Failed(ShardAssignment assignment, string reason) => throw new InvalidOperationException(reason);
    }
}
