using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines.Simulated;

/// <summary>
/// A network whose every answer follows from settings, address, round and ping: the same on each machine and in each run, so a test can say what must come out.
/// Pure; from any thread.
/// </summary>
internal sealed class SimulatedNetwork(SimulationSettings settings)
{
    /// <summary>The standard deviation of ln(RTT): with it two thirds of the targets are within half and twice the median.</summary>
    private const double Spread = 0.7;

    private readonly double _dead = settings.Dead / 100;
    private readonly double _unreachable = (settings.Dead + settings.Unreachable) / 100;
    private readonly double _flapping = (settings.Dead + settings.Unreachable + settings.Flapping) / 100;
    private readonly double _lossy = (settings.Dead + settings.Unreachable + settings.Flapping + settings.Lossy) / 100;

    public SimulatedTarget Find(TargetAddress address, RoundId round)
    {
        var target = Mix(address.StableHash() ^ Mix(settings.Seed));
        var pings = Mix(target + (ulong)round.Value);
        var kind = Fraction(target);
        if (kind < _dead)
        {
            return SimulatedTarget.Silent;
        }

        if (kind < _unreachable)
        {
            return SimulatedTarget.Unreachable;
        }

        if (kind < _flapping)
        {
            return Fraction(Mix(pings)) < 0.5 ? SimulatedTarget.Silent : new SimulatedTarget(pings, BaseRttUs(target), 0);
        }

        return new SimulatedTarget(pings, BaseRttUs(target), kind < _lossy ? settings.Loss / 100 : 0);
    }

    /// <summary>Who says that a target is unreachable: the first address of its /24 or /64.</summary>
    public static TargetAddress RouterOf(TargetAddress address) => address.IsIPv4
        ? TargetAddress.FromIPv4((address.IPv4 & 0xFFFFFF00) | 1)
        : new TargetAddress(((address.Value >> 64) << 64) | 1);

    internal static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    internal static double Fraction(ulong hash) => (hash >> 11) * (1.0 / (1ul << 53));

    private double BaseRttUs(ulong target)
    {
        var hash = Mix(target);
        // The sum of four uniform numbers is normal enough; its standard deviation is 1/sqrt(3).
        var sum = (hash & 0xFFFF) + ((hash >> 16) & 0xFFFF) + ((hash >> 32) & 0xFFFF) + (hash >> 48);
        var normal = (sum / 65536.0 - 2) * Math.Sqrt(3);
        return settings.Rtt * 1000 * Math.Clamp(Math.Exp(Spread * normal), 0.05, 10);
    }
}
