using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Diagnostics;

/// <summary>What the kernel holds of the replies and flows of a given rate.</summary>
internal static class KernelLimits
{
    // What a small packet takes of a receive buffer: 512 bytes of data area and 256 of description.
    private const int BytesPerReply = 768;

    // On a busy host a process waits this long for its turn.
    private const int LeastHoldMs = 10;

    private const int DefaultIcmpTimeoutSeconds = 30;

    private static readonly Probe UsualProbe = new();

    public static IEnumerable<Finding> Check(HostFiles files, int pingsPerSecond)
    {
        yield return FpingBuffer(files, pingsPerSecond);
        yield return ConnectionTracking(files, pingsPerSecond);
    }

    /// <summary>The raw engine asks for more than the kernel gives by itself.</summary>
    /// <param name="bytes">What it got; null: no socket.</param>
    public static Finding RawBuffer(int? bytes, int pingsPerSecond)
    {
        const string What = "raw engine's buffer";
        if (bytes is not { } got)
        {
            return new(What, "none without a socket", Verdict.Missing, "see the sockets above");
        }

        var holdsMs = 1000.0 * got / BytesPerReply / pingsPerSecond;
        var value = $"{got / 1024:N0} KiB: {holdsMs:0.#} ms of replies at {pingsPerSecond:N0} pings/s";
        return holdsMs >= LeastHoldMs
            ? new(What, value, Verdict.Ok)
            : new(What, value, Verdict.Limits,
                "an engine that waits longer than that for a CPU loses replies, and sends those pings again: " +
                $"sysctl -w net.core.rmem_max={Enough(pingsPerSecond)}, or give the agent CAP_NET_ADMIN, which may exceed it");
    }

    private static Finding FpingBuffer(HostFiles files, int pingsPerSecond)
    {
        const string What = "fping's buffer";
        if (files.ReadNumber("proc/sys/net/core/rmem_default") is not { } bytes)
        {
            return new(
                What, "not shown in this network namespace", Verdict.Missing, "replies that do not fit are lost: look at net.core.rmem_default on the host itself");
        }

        var most = files.ReadNumber("proc/sys/net/core/rmem_max") ?? bytes;
        var holdsMs = 1000.0 * bytes / BytesPerReply / pingsPerSecond;
        var value = $"{bytes / 1024:N0} KiB, {most / 1024:N0} KiB at most: {holdsMs:0.#} ms of replies at {pingsPerSecond:N0} pings/s";
        return holdsMs >= LeastHoldMs
            ? new(What, value, Verdict.Ok)
            : new(What, value, Verdict.Limits,
                "a process that waits longer than that for a CPU loses replies, and their targets are probed again: " +
                $"sysctl -w net.core.rmem_default={Enough(pingsPerSecond)}");
    }

    private static long Enough(int pingsPerSecond) => RoundUp(10L * LeastHoldMs * pingsPerSecond * BytesPerReply / 1000);

    private static Finding ConnectionTracking(HostFiles files, int pingsPerSecond)
    {
        const string What = "connection tracking";
        if (files.ReadNumber("proc/sys/net/netfilter/nf_conntrack_max") is not { } most)
        {
            return new(What, "not loaded", Verdict.Ok);
        }

        var count = files.ReadNumber("proc/sys/net/netfilter/nf_conntrack_count") ?? 0;
        var timeout = files.ReadNumber("proc/sys/net/netfilter/nf_conntrack_icmp_timeout") ?? DefaultIcmpTimeoutSeconds;
        var seconds = timeout + (UsualProbe.Count * UsualProbe.Period).TotalSeconds;
        var needed = (long)(pingsPerSecond / (double)UsualProbe.Count * seconds);
        var value = $"{count:N0} of {most:N0} entries in use";
        return most - count >= needed
            ? new(What, value, Verdict.Ok)
            : new(What, value, Verdict.Limits,
                $"a target takes an entry for {seconds:0.#} s, {needed:N0} at {pingsPerSecond:N0} pings/s, and a full table drops pings: " +
                $"exempt ICMP (NOTRACK), or sysctl -w net.netfilter.nf_conntrack_max={RoundUp(2 * (count + needed))}");
    }

    private static long RoundUp(long number) => (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)number);
}
