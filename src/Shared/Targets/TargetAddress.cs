using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Text;

namespace FpingCluster.Shared.Targets;

/// <summary>An IPv4 or IPv6 address in 16 bytes; IPv4 is kept as ::ffff:a.b.c.d, so both spellings are one target.</summary>
public readonly record struct TargetAddress(UInt128 Value) : IComparable<TargetAddress>
{
    private static readonly UInt128 MappedPrefix = (UInt128)0xFFFF << 32;

    public bool IsIPv4 => Value >> 32 == 0xFFFF;

    /// <summary>The IPv4 address as a number, most significant octet first; meaningless for IPv6.</summary>
    public uint IPv4 => (uint)Value;

    public static TargetAddress FromIPv4(uint address) => new(MappedPrefix | address);

    public static TargetAddress From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return length == 4
            ? FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : new TargetAddress(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>
    /// Reads dotted IPv4 with four decimal octets, or IPv6 without a scope; nothing else: no "127.1", and no octet with a leading zero,
    /// which some programs read as octal.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TargetAddress address)
    {
        if (!text.Contains(':'))
        {
            return TryParseIPv4<char>(text, out address);
        }

        address = default;
        if (text.Contains('%') || text.Contains('[') || !IPAddress.TryParse(text, out var parsed))
        {
            return false;
        }

        address = From(parsed);
        return true;
    }

    /// <summary>Reads dotted IPv4 alone, as the other overload does, from UTF-8.</summary>
    public static bool TryParseIPv4(ReadOnlySpan<byte> utf8, out TargetAddress address) => TryParseIPv4<byte>(utf8, out address);

    public static TargetAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IPv4 or IPv6 address");

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return new IPAddress(IsIPv4 ? bytes[12..] : bytes);
    }

    public AddressFamily Family => IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;

    /// <summary>A hash that is the same on every machine and in every version: it decides which shard a target belongs to.</summary>
    public ulong StableHash()
    {
        var mixed = Mix((ulong)(Value >> 64) + 0x9E3779B97F4A7C15) ^ (ulong)Value;
        return Mix(mixed + 0x9E3779B97F4A7C15);
    }

    public int CompareTo(TargetAddress other) => Value.CompareTo(other.Value);

    public static bool operator <(TargetAddress left, TargetAddress right) => left.Value < right.Value;

    public static bool operator >(TargetAddress left, TargetAddress right) => left.Value > right.Value;

    public static bool operator <=(TargetAddress left, TargetAddress right) => left.Value <= right.Value;

    public static bool operator >=(TargetAddress left, TargetAddress right) => left.Value >= right.Value;

    /// <summary>Writes the address as UTF-8; 45 bytes are always enough.</summary>
    public int Format(Span<byte> destination)
    {
        if (!IsIPv4)
        {
            ToIPAddress().TryFormat(destination, out var length);
            return length;
        }

        var written = 0;
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            written += FormatOctet((byte)(IPv4 >> shift), destination[written..]);
            if (shift > 0)
            {
                destination[written++] = (byte)'.';
            }
        }

        return written;
    }

    // Several times as fast as the general formatter, and lists have millions of these.
    private static int FormatOctet(byte octet, Span<byte> destination)
    {
        var written = 0;
        if (octet >= 100)
        {
            destination[written++] = (byte)('0' + octet / 100);
        }

        if (octet >= 10)
        {
            destination[written++] = (byte)('0' + octet / 10 % 10);
        }

        destination[written++] = (byte)('0' + octet % 10);
        return written;
    }

    public override string ToString()
    {
        Span<byte> text = stackalloc byte[45];
        return Encoding.ASCII.GetString(text[..Format(text)]);
    }

    private static bool TryParseIPv4<T>(ReadOnlySpan<T> text, out TargetAddress address)
        where T : unmanaged, IBinaryInteger<T>
    {
        address = default;
        uint value = 0;
        uint octet = 0;
        int digits = 0, dots = 0;
        foreach (var unit in text)
        {
            var c = uint.CreateTruncating(unit);
            if (c == '.')
            {
                if (digits == 0 || ++dots > 3)
                {
                    return false;
                }

                value = (value << 8) | octet;
                octet = 0;
                digits = 0;
                continue;
            }

            var leadingZero = digits > 0 && octet == 0;
            octet = octet * 10 + (c - '0');
            if (c - '0' > 9 || leadingZero || ++digits > 3 || octet > 255)
            {
                return false;
            }
        }

        address = FromIPv4((value << 8) | octet);
        return dots == 3 && digits > 0;
    }

    // The finalizer of splitmix64: a bijection, so distinct IPv4 addresses never collide.
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
