namespace FpingCluster.Agent.Results;

/// <summary>What this agent has sent, received and lost since it started. Written by engines and the spool's keeper, read by the heartbeat.</summary>
internal sealed class ProbeCounters
{
    private long _sent;
    private long _received;
    private long _localDrops;
    private long _droppedResults;

    public long Sent => Interlocked.Read(ref _sent);

    public long Received => Interlocked.Read(ref _received);

    public long LocalDrops => Interlocked.Read(ref _localDrops);

    /// <summary>Results that were thrown away because neither memory nor disk had room for them.</summary>
    public long DroppedResults => Interlocked.Read(ref _droppedResults);

    public void Progressed(int sent, int received)
    {
        Interlocked.Add(ref _sent, sent);
        Interlocked.Add(ref _received, received);
    }

    public void ResultsDropped(int results) => Interlocked.Add(ref _droppedResults, results);

    public void Dropped(int packets) => Interlocked.Add(ref _localDrops, packets);
}
