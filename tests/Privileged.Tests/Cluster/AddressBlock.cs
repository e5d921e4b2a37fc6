using System.Buffers.Binary;
using System.Net;

namespace FpingCluster.Privileged.Tests.Cluster;

/// <summary>Consecutive IPv4 addresses of the laboratory, of which those below 10.128.0.0 answer every ping and the others none.</summary>
internal sealed record AddressBlock(string First, int Count)
{
    private static readonly uint FirstDead = Number("10.128.0.0");

    private readonly uint _first = Number(First);

    /// <summary>As a line of a target list.</summary>
    public override string ToString() => $"{First}-{Address(Count - 1)}";

    /// <summary>Where it stands in the block; null when it is outside.</summary>
    public int? IndexOf(string address)
    {
        var offset = (long)Number(address) - _first;
        return offset >= 0 && offset < Count ? (int)offset : null;
    }

    public string Address(int index)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, _first + (uint)index);
        return new IPAddress(bytes).ToString();
    }

    public static bool Answers(string address) => Number(address) < FirstDead;

    private static uint Number(string address) => BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(address).GetAddressBytes());
}
