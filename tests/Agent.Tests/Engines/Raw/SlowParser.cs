using FpingCluster.Agent.Engines.Raw;

namespace FpingCluster.Agent.Tests.Engines.Raw;

/// <summary>What the parser must say, byte for byte out of RFC 792 and 4443, for tests to compare with.</summary>
internal static class SlowParser
{
    public static ReceivedKind KindOfIPv4(byte[] packet, int length, bool isCut)
    {
        var header = length > 0 ? 4 * (packet[0] % 16) : 0;
        if (length < 20 || header < 20 || length < header + 8)
        {
            return ReceivedKind.Truncated;
        }

        return isCut || ChecksumIsRight(packet, header, length) ? KindOfIcmpV4(packet, header, length) : ReceivedKind.Corrupted;
    }

    public static ReceivedKind KindOfIcmpV4(byte[] packet, int start, int length)
    {
        var icmp = length - start;
        if (icmp < 8)
        {
            return ReceivedKind.Truncated;
        }

        switch (packet[start])
        {
            case 0:
                return ReceivedKind.EchoReply;
            case 3 or 4 or 11 or 12:
                var quoted = start + 8;
                var header = length > quoted ? 4 * (packet[quoted] % 16) : 0;
                if (length - quoted < 20 || header < 20 || length - quoted < header + 8)
                {
                    return ReceivedKind.Truncated;
                }

                return packet[quoted + 9] == 1 && packet[quoted + header] == 8 ? ReceivedKind.Error : ReceivedKind.Foreign;
            default:
                return ReceivedKind.Foreign;
        }
    }

    public static ReceivedKind KindOfIcmpV6(byte[] packet, int length)
    {
        if (length < 8)
        {
            return ReceivedKind.Truncated;
        }

        switch (packet[0])
        {
            case 129:
                return ReceivedKind.EchoReply;
            case 1 or 2 or 3 or 4:
                if (length < 8 + 40 + 8)
                {
                    return ReceivedKind.Truncated;
                }

                return packet[8 + 6] == 58 && packet[8 + 40] == 128 ? ReceivedKind.Error : ReceivedKind.Foreign;
            default:
                return ReceivedKind.Foreign;
        }
    }

    private static bool ChecksumIsRight(byte[] packet, int start, int end)
    {
        var sum = 0;
        for (var i = start; i < end; i++)
        {
            sum += (i - start) % 2 == 0 ? packet[i] * 256 : packet[i];
            sum = sum > 0xFFFF ? sum - 0xFFFF : sum;
        }

        return sum == 0xFFFF;
    }
}
