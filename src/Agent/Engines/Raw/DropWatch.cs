namespace FpingCluster.Agent.Engines.Raw;

/// <summary>Tells whether packets were dropped on this host since it was last asked: at the lane's own sockets, or at a place that all share.</summary>
internal sealed class DropWatch : IDisposable
{
    private readonly PingPorts _ports;
    private readonly HostDrops _host;
    private readonly Func<long> _failedSends;
    private Snapshot _known;

    /// <param name="failedSends">How often the kernel has refused to send, to all lanes: it counts those among what it discards.</param>
    public DropWatch(PingPorts ports, HostDrops host, Func<long> failedSends)
    {
        (_ports, _host, _failedSends) = (ports, host, failedSends);
        _known = Look();
    }

    /// <summary>Packets, since the last call.</summary>
    public long CountNew()
    {
        var (now, before) = (Look(), _known);
        _known = now;
        var damaged = now.Host.DamagedV6 - before.Host.DamagedV6;
        var failed = now.FailedSends - before.FailedSends;
        return now.IPv4 - before.IPv4
            + Math.Max(0, now.IPv6 - before.IPv6 - damaged)
            + (now.Host.Backlog - before.Host.Backlog)
            + (IsTold ? 0 : Math.Max(0, now.Host.Outgoing - before.Host.Outgoing - failed));
    }

    public void Dispose() => _host.Dispose();

    // A datagram socket that asks for errors is told of every packet that is discarded on its way out; a raw one is not.
    private bool IsTold => (_ports.IPv4 ?? _ports.IPv6)!.Mode == SocketMode.Datagram;

    // What is to be subtracted is read last, so that nothing of it is missing.
    private Snapshot Look() => new(_ports.IPv4?.CountDrops() ?? 0, _ports.IPv6?.CountDrops() ?? 0, _host.Read(), _failedSends());

    private readonly record struct Snapshot(long IPv4, long IPv6, HostDropCounts Host, long FailedSends);
}
