namespace FpingCluster.Agent.Engines.Simulated;

/// <summary>How one target of the simulated network behaves in one round.</summary>
internal readonly struct SimulatedTarget(ulong hash, double baseRttUs, double loss)
{
    public static readonly SimulatedTarget Silent = new(0, 0, 1);
    public static readonly SimulatedTarget Unreachable = new(0, 0, 1) { IsUnreachable = true };

    /// <summary>Its pings are answered by a router's ICMP error.</summary>
    public bool IsUnreachable { get; private init; }

    /// <summary>Microseconds from a ping to its reply, at least 1; 0 when none comes. A tenth of it varies from ping to ping.</summary>
    public uint RttUs(int ping)
    {
        var draw = SimulatedNetwork.Mix(hash + (ulong)ping);
        if (loss > 0 && SimulatedNetwork.Fraction(draw) < loss)
        {
            return 0;
        }

        return Math.Max(1, (uint)(baseRttUs * (0.95 + 0.1 / 256 * (draw & 0xFF))));
    }
}
