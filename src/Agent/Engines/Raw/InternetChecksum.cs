using System.Buffers.Binary;

namespace FpingCluster.Agent.Engines.Raw;

/// <summary>The checksum of RFC 1071.</summary>
internal static class InternetChecksum
{
    /// <summary>A sum to go on with: parts of even length may be added in any order.</summary>
    public static uint Sum(ReadOnlySpan<byte> bytes, uint sum = 0)
    {
        for (; bytes.Length >= 2; bytes = bytes[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        }

        return bytes.IsEmpty ? sum : sum + ((uint)bytes[0] << 8);
    }

    public static ushort Fold(uint sum)
    {
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~((sum & 0xFFFF) + (sum >> 16));
    }

    /// <summary>Of bytes that hold their own checksum.</summary>
    public static bool IsValid(ReadOnlySpan<byte> bytes) => Fold(Sum(bytes)) == 0;
}
