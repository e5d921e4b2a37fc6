using System.Buffers.Binary;
using System.Security.Cryptography;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Shared.Targets;

/// <summary>The addresses of a shard as they are sent: IPv4 in 4 bytes each and IPv6 in 16, most significant byte first.</summary>
public sealed class PackedAddresses
{
    private const int IPv4Bytes = 4;
    private const int IPv6Bytes = 16;

    private PackedAddresses(byte[] ipv4, byte[] ipv6) => (IPv4, IPv6) = (ipv4, ipv6);

    public ReadOnlyMemory<byte> IPv4 { get; }

    public ReadOnlyMemory<byte> IPv6 { get; }

    /// <summary>Computed with each call.</summary>
    public ShardContentHash ComputeHash() => ComputeHash(IPv4.Span, IPv6.Span);

    /// <param name="addresses">All IPv4 before the first IPv6: results are told apart by their place, so nothing is moved here.</param>
    /// <exception cref="ArgumentException">An IPv4 address stands behind an IPv6 address.</exception>
    public static PackedAddresses Pack(ReadOnlySpan<TargetAddress> addresses)
    {
        var ipv4Count = CountLeadingIPv4(addresses);
        var ipv4 = new byte[ipv4Count * IPv4Bytes];
        for (var i = 0; i < ipv4Count; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(ipv4.AsSpan(i * IPv4Bytes), addresses[i].IPv4);
        }

        var rest = addresses[ipv4Count..];
        var ipv6 = new byte[rest.Length * IPv6Bytes];
        for (var i = 0; i < rest.Length; i++)
        {
            if (rest[i].IsIPv4)
            {
                throw new ArgumentException($"{rest[i]} stands behind an IPv6 address; IPv4 addresses come first", nameof(addresses));
            }

            BinaryPrimitives.WriteUInt128BigEndian(ipv6.AsSpan(i * IPv6Bytes), rest[i].Value);
        }

        return new PackedAddresses(ipv4, ipv6);
    }

    /// <summary>Checks and unpacks what a peer sent; <paramref name="problem"/> says what is wrong with it.</summary>
    public static bool TryUnpack(
        ReadOnlySpan<byte> ipv4, ReadOnlySpan<byte> ipv6, out TargetAddress[] addresses, out string problem)
    {
        addresses = [];
        problem = FindProblem(ipv4, ipv6);
        if (problem.Length > 0)
        {
            return false;
        }

        var ipv4Count = ipv4.Length / IPv4Bytes;
        addresses = new TargetAddress[ipv4Count + ipv6.Length / IPv6Bytes];
        for (var i = 0; i < addresses.Length; i++)
        {
            addresses[i] = i < ipv4Count
                ? TargetAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(ipv4[(i * IPv4Bytes)..]))
                : ReadIPv6(ipv6, i - ipv4Count);
        }

        return true;
    }

    public static ShardContentHash ComputeHash(ReadOnlySpan<byte> ipv4, ReadOnlySpan<byte> ipv6)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(ipv4);
        sha.AppendData(ipv6);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        sha.GetHashAndReset(hash);
        return new ShardContentHash(BinaryPrimitives.ReadUInt64BigEndian(hash));
    }

    private static string FindProblem(ReadOnlySpan<byte> ipv4, ReadOnlySpan<byte> ipv6)
    {
        if (ipv4.Length % IPv4Bytes != 0)
        {
            return $"ipv4 has {ipv4.Length} bytes, which is no multiple of {IPv4Bytes}";
        }

        if (ipv6.Length % IPv6Bytes != 0)
        {
            return $"ipv6 has {ipv6.Length} bytes, which is no multiple of {IPv6Bytes}";
        }

        for (var i = 0; i < ipv6.Length / IPv6Bytes; i++)
        {
            if (ReadIPv6(ipv6, i) is { IsIPv4: true } mapped)
            {
                return $"ipv6 holds the IPv4-mapped address of {mapped}, which belongs into ipv4";
            }
        }

        return "";
    }

    private static int CountLeadingIPv4(ReadOnlySpan<TargetAddress> addresses)
    {
        var count = 0;
        while (count < addresses.Length && addresses[count].IsIPv4)
        {
            count++;
        }

        return count;
    }

    private static TargetAddress ReadIPv6(ReadOnlySpan<byte> ipv6, int index) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(ipv6[(index * IPv6Bytes)..]));
}
