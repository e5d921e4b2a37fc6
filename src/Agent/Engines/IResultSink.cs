using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Results;

namespace FpingCluster.Agent.Engines;

/// <summary>Where an engine puts its results. Never blocks: what bounds the memory is the intake of shards, not the engine's receive loop.</summary>
internal interface IResultSink
{
    void Completed(ShardAssignment assignment, ShardResult result);

    /// <summary>The engine cannot probe this shard; somebody else may.</summary>
    void Failed(ShardAssignment assignment, string why);

    /// <summary>Pings sent and replies received since the last call, for progress and heartbeat; from any thread.</summary>
    void Progressed(int sent, int received);
}
