namespace FpingCluster.Agent.Results;

/// <summary>What this agent has sent and received since it started. Written by engines, read by the heartbeat.</summary>
internal sealed class ProbeCounters
{
    private long _sent;
    private long _received;
    private long _localDrops;

    public long Sent => Interlocked.Read(ref _sent);

    public long Received => Interlocked.Read(ref _received);

    public long LocalDrops => Interlocked.Read(ref _localDrops);

    public void Progressed(int sent, int received)
    {
        Interlocked.Add(ref _sent, sent);
        Interlocked.Add(ref _received, received);
    }

    public void Dropped(int packets) => Interlocked.Add(ref _localDrops, packets);
}
