using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Results;

namespace FpingCluster.Agent.Results;

/// <summary>Takes each lease from begun to exactly one of: its result in the outbox, returned, or thrown away because it is no longer this agent's.</summary>
internal sealed class LeasedResultSink(
    AssignmentTable table, ResultOutbox outbox, LeaseReturns returns, ProbeCounters counters, ChangeSignal outgoing) : IResultSink
{
    // Room for what a batch carries beside its columns: five numbers of at most 10 bytes, and the envelope.
    private const int MaxColumnBytes = MessageLimits.MaxBytes - 128;

    public void Completed(ShardAssignment assignment, ShardResult result)
    {
        counters.Dropped(result.LocalDrops);
        if (!table.TryReport(assignment.Lease, out var content))
        {
            return;
        }

        if (result.FindDefect(assignment.Targets.Length, assignment.Probe.Count) is { } defect)
        {
            Return(assignment, $"the engine's result is damaged: {defect}");
            return;
        }

        var columns = ResultColumnsCodec.Encode(result);
        if (columns.CalculateSize() > MaxColumnBytes)
        {
            Return(assignment, $"the results of {assignment.Targets.Length} targets x {assignment.Probe.Count} pings take more than " +
                $"{MessageLimits.MaxBytes} bytes; lower the job's bucket or count");
            return;
        }

        outbox.Add(assignment.Lease, content, columns);
        table.Remove(assignment.Lease);
        // Whoever waits for the table to be empty looks again: the ack may have come before the removal.
        outgoing.Raise();
    }

    public void Failed(ShardAssignment assignment, string why)
    {
        if (table.TryReport(assignment.Lease, out _))
        {
            Return(assignment, why);
        }
    }

    public void Progressed(int sent, int received) => counters.Progressed(sent, received);

    private void Return(ShardAssignment assignment, string why)
    {
        if (table.Remove(assignment.Lease))
        {
            returns.Add([new ReturnedLease(assignment.Lease, LeaseReturnReason.EngineFailed, why)]);
        }
    }
}
