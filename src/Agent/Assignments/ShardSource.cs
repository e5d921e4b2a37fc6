using FpingCluster.Agent.Engines;
using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Assignments;

/// <summary>One engine's way into the table. Waits while nothing is queued for it or the gate is closed; ends when the agent drains.</summary>
internal sealed class ShardSource(AssignmentTable table, IntakeGate gate, EngineKind kind) : IShardSource
{
    public int ReadyTargets => gate.IsOpen ? table.ReadyTargets(kind) : 0;

    public async ValueTask<IReadOnlyList<ShardAssignment>> TakeAsync(int maxTargets, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Both are taken before the look, so that no change between the look and the wait is missed.
            var queueChange = table.NextChange;
            var gateChange = gate.NextChange;
            if (table.IsDraining)
            {
                return [];
            }

            if (gate.IsOpen && table.Take(kind, maxTargets) is { Count: > 0 } taken)
            {
                return taken;
            }

            await Task.WhenAny(queueChange, gateChange).WaitAsync(cancellationToken);
        }
    }
}
