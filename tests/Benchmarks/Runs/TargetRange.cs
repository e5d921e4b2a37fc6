using System.Buffers.Binary;
using System.Net;

namespace FpingCluster.Benchmarks.Runs;

internal static class TargetRange
{
    /// <summary>So many IPv4 addresses from the first on, as a target list has them: one line a-b.</summary>
    public static string Of(string first, int count)
    {
        var start = BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(first).GetAddressBytes());
        return $"{first}-{Address(start + (uint)count - 1)}\n";
    }

    public static IPAddress Address(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }
}
