namespace FpingCluster.Agent.Engines.Raw;

/// <summary>Tells whether packets were dropped on this host since it was last asked: at the lane's own sockets, or at a place that all share.</summary>
internal sealed class DropWatch : IDisposable
{
    private readonly PingPorts _ports;
    private readonly HostDrops _host;
    private long _known;
    private long _damaged;

    public DropWatch(PingPorts ports, HostDrops host)
    {
        (_ports, _host) = (ports, host);
        (_known, _damaged) = (Count(), host.CountDamagedV6());
    }

    /// <summary>Packets, since the last call.</summary>
    public long CountNew()
    {
        var count = Count();
        var dropped = count - _known;
        _known = count;
        return dropped > 0 ? Math.Max(0, dropped - NewlyDamaged()) : 0;
    }

    public void Dispose() => _host.Dispose();

    private long Count() => (_ports.IPv4?.CountDrops() ?? 0) + (_ports.IPv6?.CountDrops() ?? 0) + _host.Count();

    private long NewlyDamaged()
    {
        var damaged = _host.CountDamagedV6();
        var newly = damaged - _damaged;
        _damaged = damaged;
        return newly;
    }
}
