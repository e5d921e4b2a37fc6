using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Results;

namespace FpingCluster.Agent.Engines.Fping;

/// <summary>A taken shard whose targets may be spread over several buckets. Used by the engine's loop alone.</summary>
internal sealed class ShardProgress(ShardAssignment assignment)
{
    private int _remaining = assignment.Targets.Length;
    private bool _closed;

    public ShardAssignment Assignment => assignment;

    public ShardResultBuilder Result { get; } = new(assignment.Targets.Length, assignment.Probe.Count);

    public bool IsClosed => _closed;

    /// <summary>One more target has its result; true when it was the last.</summary>
    public bool Settle() => _closed = --_remaining == 0;

    /// <summary>False when it was closed before.</summary>
    public bool Close() => !_closed && (_closed = true);
}
