using System.Text;

namespace FpingCluster.Agent.Engines.Fping;

/// <summary>fping's words for an ICMP error, as type and code. fping prints them only without -q, and only on raw sockets.</summary>
internal static class IcmpErrorText
{
    private const byte Unreachable = 3;

    /// <summary>fping does not say which code it received when it knows no text for it.</summary>
    private const byte UnknownCode = 255;

    private static readonly (byte[] Text, byte Type, byte Code)[] Known =
    [
        Error("ICMP Network Unreachable", Unreachable, 0),
        Error("ICMP Host Unreachable", Unreachable, 1),
        Error("ICMP Protocol Unreachable", Unreachable, 2),
        Error("ICMP Port Unreachable", Unreachable, 3),
        Error("ICMP Unreachable (Fragmentation Needed)", Unreachable, 4),
        Error("ICMP Unreachable (Source Route Failed)", Unreachable, 5),
        Error("ICMP Unreachable (Destination Network Unknown)", Unreachable, 6),
        Error("ICMP Unreachable (Destination Host Unknown)", Unreachable, 7),
        Error("ICMP Unreachable (Source Host Isolated)", Unreachable, 8),
        Error("ICMP Unreachable (Communication with Network Prohibited)", Unreachable, 9),
        Error("ICMP Unreachable (Communication with Host Prohibited)", Unreachable, 10),
        Error("ICMP Unreachable (Network Unreachable For Type Of Service)", Unreachable, 11),
        Error("ICMP Unreachable (Host Unreachable For Type Of Service)", Unreachable, 12),
        Error("ICMP Unreachable (Communication Administratively Prohibited)", Unreachable, 13),
        Error("ICMP Unreachable (Host Precedence Violation)", Unreachable, 14),
        Error("ICMP Unreachable (Precedence cutoff in effect)", Unreachable, 15),
        Error("ICMP Unreachable (Invalid Code)", Unreachable, UnknownCode),
        Error("ICMP Source Quench", 4, 0),
        Error("ICMP Redirect", 5, 0),
        Error("ICMP Time Exceeded", 11, 0),
        Error("ICMP Parameter Problem", 12, 0),
    ];

    public static bool TryFind(ReadOnlySpan<byte> text, out byte type, out byte code)
    {
        foreach (var known in Known)
        {
            if (text.SequenceEqual(known.Text))
            {
                (_, type, code) = known;
                return true;
            }
        }

        (type, code) = (0, 0);
        return false;
    }

    private static (byte[] Text, byte Type, byte Code) Error(string text, byte type, byte code) => (Encoding.ASCII.GetBytes(text), type, code);
}
