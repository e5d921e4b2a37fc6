using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace FpingCluster.Agent.Diagnostics;

/// <summary>
/// How many addresses of attached networks the kernel can know the hardware addresses of (ARP) at once. A target behind a router takes none of them, one on an
/// attached network takes one, whether it answers or not.
/// </summary>
internal static class NeighbourTable
{
    private const string What = "ARP table";

    // What the kernel takes when nobody sets it; it never shows it in a network namespace other than the host's.
    private const int UsualMost = 1_024;

    // Columns and flags of /proc/net/route.
    private const int InterfaceColumn = 0, FlagsColumn = 3, MaskColumn = 7, ColumnCount = 8;
    private const int Gateway = 2, Reject = 0x200;

    public static Finding Check(HostFiles files)
    {
        var shown = files.ReadNumber("proc/sys/net/ipv4/neigh/default/gc_thresh3");
        var most = shown ?? UsualMost;
        var attached = AttachedAddresses(files);
        var value = $"{most:N0} entries at most{(shown is null ? " (usually; not shown in this network namespace)" : "")}, {attached:N0} addresses in attached networks";
        return attached <= most
            ? new(What, value, Verdict.Ok)
            : new(What, value, Verdict.Limits,
                "a target in an attached network takes an entry, and a full table drops pings to all of them: if those networks are in your lists, " +
                $"sysctl -w net.ipv4.neigh.default.gc_thresh3={RoundUp(attached)} and gc_thresh2={RoundUp(attached) / 2}, on the host itself; for IPv6 " +
                "targets in attached networks net.ipv6.neigh.default alike");
    }

    private static long AttachedAddresses(HostFiles files) => files.ReadLines("proc/net/route").Skip(1).Sum(AttachedAddresses);

    private static long AttachedAddresses(string line)
    {
        var columns = line.Split('\t', StringSplitOptions.TrimEntries);
        return columns.Length >= ColumnCount
            && columns[InterfaceColumn] != "lo"
            && int.TryParse(columns[FlagsColumn], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var flags)
            && (flags & (Gateway | Reject)) == 0
            && uint.TryParse(columns[MaskColumn], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var mask)
            ? AddressesBehind(BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(mask) : mask)
            : 0;
    }

    // The first and the last are the network's own, where it has room for them.
    private static long AddressesBehind(uint mask) => mask >= 0xFFFFFFFE ? ~mask + 1L : ~mask - 1L;

    private static long RoundUp(long number) => (long)BitOperations.RoundUpToPowerOf2((ulong)number);
}
