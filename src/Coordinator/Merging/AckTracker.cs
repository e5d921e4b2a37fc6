namespace FpingCluster.Coordinator.Merging;

/// <summary>
/// Turns batches that settle in any order into cumulative acks for one boot of an agent. A batch has settled when it is durable or refused for good.
/// </summary>
internal sealed class AckTracker
{
    private readonly HashSet<ulong> _settled = [];

    /// <summary>Every batch up to and including this one has settled.</summary>
    public ulong Acknowledged { get; private set; }

    /// <summary>A coordinator that was restarted begins where the agent does.</summary>
    public void BeginAt(ulong firstUnacked)
    {
        if (firstUnacked > 0 && firstUnacked - 1 > Acknowledged)
        {
            Acknowledged = firstUnacked - 1;
            _settled.RemoveWhere(sequence => sequence <= Acknowledged);
            Collapse();
        }
    }

    public bool IsSettled(ulong sequence) => sequence <= Acknowledged || _settled.Contains(sequence);

    public void Settle(ulong sequence)
    {
        if (sequence > Acknowledged && _settled.Add(sequence))
        {
            Collapse();
        }
    }

    private void Collapse()
    {
        while (_settled.Remove(Acknowledged + 1))
        {
            Acknowledged++;
        }
    }
}
