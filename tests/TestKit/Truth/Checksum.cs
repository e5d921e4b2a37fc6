using System.Buffers.Binary;
using FpingCluster.Shared.Targets;

namespace FpingCluster.TestKit.Truth;

/// <summary>The checksum of RFC 1071. Of its own, so that a mistake of the program under test is not made here too.</summary>
internal static class Checksum
{
    public const byte ProtocolIcmp = 1, ProtocolIcmpV6 = 58;

    /// <summary>0 for bytes that hold their own right checksum.</summary>
    public static ushort Of(ReadOnlySpan<byte> bytes) => Fold(Sum(bytes));

    /// <summary>As <see cref="Of"/>, of an ICMP message between two hosts: in IPv6 their addresses count.</summary>
    public static ushort OfIcmp(ReadOnlySpan<byte> icmp, TargetAddress source, TargetAddress destination) =>
        Fold(Sum(icmp) + (source.IsIPv4 ? 0 : Sum(source.Value) + Sum(destination.Value) + (ulong)icmp.Length + ProtocolIcmpV6));

    private static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        for (; bytes.Length >= 4; bytes = bytes[4..])
        {
            sum += BinaryPrimitives.ReadUInt32BigEndian(bytes);
        }

        if (bytes.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[2..];
        }

        return bytes.IsEmpty ? sum : sum + ((ulong)bytes[0] << 8);
    }

    private static ulong Sum(UInt128 value) => (uint)(value >> 96) + (ulong)(uint)(value >> 64) + (uint)(value >> 32) + (uint)value;

    private static ushort Fold(ulong sum)
    {
        while (sum > ushort.MaxValue)
        {
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
