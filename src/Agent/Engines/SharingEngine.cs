using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;

namespace FpingCluster.Agent.Engines;

/// <summary>Tells an engine's part of the rate which shards it has in hand, so that engines without any leave theirs to the others.</summary>
internal sealed class SharingEngine(IProbeEngine engine, EngineRate rate) : IProbeEngine
{
    public EngineKind Kind => engine.Kind;

    public async Task RunAsync(IShardSource source, IResultSink sink, CancellationToken cancellationToken)
    {
        var counted = new Counted(source, sink, rate);
        try
        {
            await engine.RunAsync(counted, counted, cancellationToken);
        }
        finally
        {
            // An engine that was stopped or broke reports nothing any more.
            rate.Took(-counted.InHand);
        }
    }

    private sealed class Counted(IShardSource source, IResultSink sink, EngineRate rate) : IShardSource, IResultSink
    {
        private int _inHand;

        public int InHand => Volatile.Read(ref _inHand);

        public int ReadyTargets => source.ReadyTargets;

        public async ValueTask<IReadOnlyList<ShardAssignment>> TakeAsync(int maxTargets, CancellationToken cancellationToken)
        {
            var taken = await source.TakeAsync(maxTargets, cancellationToken);
            Count(taken.Count);
            return taken;
        }

        public void Completed(ShardAssignment assignment, ShardResult result)
        {
            Count(-1);
            sink.Completed(assignment, result);
        }

        public void Failed(ShardAssignment assignment, string why)
        {
            Count(-1);
            sink.Failed(assignment, why);
        }

        public void Progressed(int sent, int received) => sink.Progressed(sent, received);

        private void Count(int shards)
        {
            Interlocked.Add(ref _inHand, shards);
            rate.Took(shards);
        }
    }
}
