using System.Buffers.Binary;
using System.Net;
using System.Numerics;

namespace FpingCluster.Benchmarks.Runs;

internal static class TargetRange
{
    /// <summary>So many IPv4 addresses from the first on, as a target list has them: one line a-b.</summary>
    public static string Of(string first, int count)
    {
        var start = BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(first).GetAddressBytes());
        return $"{first}-{Address(start + (uint)count - 1)}\n";
    }

    /// <summary>The same addresses as CIDRs, as few as there can be.</summary>
    public static IEnumerable<string> Prefixes(string first, int count)
    {
        var start = BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(first).GetAddressBytes());
        for (var end = start + (uint)count; start < end;)
        {
            var aligned = start == 0 ? 32 : BitOperations.TrailingZeroCount(start);
            var bits = Math.Min(aligned, BitOperations.Log2(end - start));
            yield return $"{Address(start)}/{32 - bits}";
            start += 1u << bits;
        }
    }

    public static IPAddress Address(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }
}
