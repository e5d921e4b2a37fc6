using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit.Truth;

namespace FpingCluster.Privileged.Tests.Raw;

/// <summary>One shard, probed by an engine of this process.</summary>
internal sealed class OneShardRun(ShardAssignment shard) : IShardSource, IResultSink
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private bool _taken;

    public ShardResult? Result { get; private set; }

    public string? Failure { get; private set; }

    public int ReadyTargets => _taken ? 0 : shard.Targets.Length;

    /// <param name="network">Where the engine runs; null: on the loopback.</param>
    public static async Task<ShardResult> ProbeAsync(IProbeEngine engine, TargetAddress[] targets, Probe probe, TruthNetwork? network = null)
    {
        var run = new OneShardRun(new ShardAssignment(new LeaseKey(new RoundId(1), new ShardId(1), new LeaseEpoch(1)), targets, probe));
        await (network is null ? Run() : network.RunInside(Run)).WaitAsync(Patience);
        Assert.Null(run.Failure);
        return run.Result!;

        Task Run() => engine.RunAsync(run, run, CancellationToken.None);
    }

    public ValueTask<IReadOnlyList<ShardAssignment>> TakeAsync(int maxTargets, CancellationToken cancellationToken)
    {
        IReadOnlyList<ShardAssignment> taken = _taken ? [] : [shard];
        _taken = true;
        return ValueTask.FromResult(taken);
    }

    public void Completed(ShardAssignment assignment, ShardResult result) => Result = result;

    public void Failed(ShardAssignment assignment, string why) => Failure = why;

    public void Progressed(int sent, int received)
    {
        // The result is what counts here.
    }
}
