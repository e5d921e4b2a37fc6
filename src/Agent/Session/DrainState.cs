using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Results;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Agent.Session;

/// <summary>Leaving in order: what is not begun goes back at once, what is begun is finished, and the agent goes when the coordinator has it all.</summary>
internal sealed class DrainState(AssignmentTable table, ResultOutbox outbox, LeaseReturns returns, ChangeSignal outgoing) : IDisposable
{
    private readonly CancellationTokenSource _requested = new();
    private int _begun;

    public bool IsRequested => _requested.IsCancellationRequested;

    /// <summary>Fires when draining begins.</summary>
    public CancellationToken Requested => _requested.Token;

    /// <summary>Nothing is held that a coordinator would miss. The table is asked first: a lease leaves it after its result has entered the outbox.</summary>
    public bool MayLeave => table.IsEmpty && outbox.IsEmpty;

    public bool IsFinished => IsRequested && MayLeave && returns.IsEmpty;

    /// <summary>False when draining had begun before.</summary>
    public bool Begin(string why)
    {
        if (Interlocked.Exchange(ref _begun, 1) != 0)
        {
            return false;
        }

        returns.Add([.. table.Drain().Select(lease => new ReturnedLease(lease, LeaseReturnReason.Draining, why))]);
        _requested.Cancel();
        outgoing.Raise();
        return true;
    }

    public void Dispose() => _requested.Dispose();
}
