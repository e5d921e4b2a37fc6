using System.Buffers.Binary;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines.Raw.Native;

/// <summary>struct sockaddr_in and sockaddr_in6 as bytes: the family in the host's order, ports and addresses in the network's.</summary>
internal static class SocketAddress
{
    public const int IPv4Length = 16, IPv6Length = 28;

    private const int IPv4Offset = 4, IPv6Offset = 8;

    public static int Write(TargetAddress address, Span<byte> destination)
    {
        if (address.IsIPv4)
        {
            BitConverter.TryWriteBytes(destination, (ushort)Constants.FamilyIPv4);
            BinaryPrimitives.WriteUInt32BigEndian(destination[IPv4Offset..], address.IPv4);
            return IPv4Length;
        }

        BitConverter.TryWriteBytes(destination, (ushort)Constants.FamilyIPv6);
        BinaryPrimitives.WriteUInt128BigEndian(destination[IPv6Offset..], address.Value);
        return IPv6Length;
    }

    /// <summary>Default for anything else than an Internet address.</summary>
    public static TargetAddress Read(ReadOnlySpan<byte> source) => source.Length < sizeof(ushort) ? default : BitConverter.ToUInt16(source) switch
    {
        Constants.FamilyIPv4 when source.Length >= IPv4Length => TargetAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(source[IPv4Offset..])),
        Constants.FamilyIPv6 when source.Length >= IPv6Length => new TargetAddress(BinaryPrimitives.ReadUInt128BigEndian(source[IPv6Offset..])),
        _ => default,
    };
}
