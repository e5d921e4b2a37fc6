namespace FpingCluster.Agent.Assignments;

/// <summary>
/// Leases given back that the coordinator has not been told of. Bounded by the leases granted. One that is lost with its session needs no repetition:
/// the next Hello does not name the lease, which says the same.
/// </summary>
internal sealed class LeaseReturns(ChangeSignal outgoing)
{
    private readonly Lock _gate = new();
    private List<ReturnedLease> _pending = [];

    public bool IsEmpty => Count == 0;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _pending.Count;
            }
        }
    }

    public void Add(IReadOnlyCollection<ReturnedLease> leases)
    {
        if (leases.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            _pending.AddRange(leases);
        }

        outgoing.Raise();
    }

    public IReadOnlyList<ReturnedLease> TakeAll()
    {
        lock (_gate)
        {
            var taken = _pending;
            _pending = [];
            return taken;
        }
    }
}
