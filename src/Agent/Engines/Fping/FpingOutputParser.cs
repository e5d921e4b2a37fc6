using System.Text;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines.Fping;

/// <summary>
/// Understands every line that fping 4.2 to 5.5 prints with -C, quiet or not. Works on bytes and never throws; what it does not understand is kept for
/// the message. Only complete lines may be handed in: half a line may end in half a number.
/// </summary>
internal sealed class FpingOutputParser(TargetAddress[] addresses, int count, FpingOutput output)
{
    private const int LongestStrangeLine = 200;

    private readonly FpingTargetIndex _targets = new(addresses);
    private readonly uint[] _rttsUs = new uint[count];

    public void ParseLine(ReadOnlySpan<byte> line)
    {
        line = line.Trim(" \t\r"u8);
        if (!line.IsEmpty && !TryParseIcmpError(line) && !TryParseTargetLine(line))
        {
            output.Strange(Encoding.UTF8.GetString(line[..Math.Min(line.Length, LongestStrangeLine)]));
        }
    }

    /// <summary>"NAME  : what", where the name is padded to the longest one; never split at " : " alone.</summary>
    private bool TryParseTargetLine(ReadOnlySpan<byte> line)
    {
        line = CutOtherSource(line, out var otherSource);
        var nameLength = line.IndexOf((byte)' ');
        var colon = nameLength < 0 ? -1 : nameLength + line[nameLength..].IndexOfAnyExcept((byte)' ');
        if (nameLength <= 0 || colon < nameLength || line[colon] != ':')
        {
            return false;
        }

        var name = line[..nameLength];
        var what = line[(colon + 1)..].TrimStart((byte)' ');
        if (what.StartsWith("duplicate for ["u8))
        {
            return Because(_targets.Find(name), ReasonKind.Duplicate, 1, null) && BecauseOf(name, otherSource);
        }

        // A ping's own line (without -q) and a summary (-c): the -C line says it all again.
        if (what.StartsWith("["u8) || what.StartsWith("xmt/rcv/%"u8))
        {
            return _targets.Find(name) >= 0 && BecauseOf(name, otherSource);
        }

        return TryParseRtts(what) && Report(_targets.Take(name, output)) && BecauseOf(name, otherSource);
    }

    private bool TryParseRtts(ReadOnlySpan<byte> text)
    {
        var ping = 0;
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)' ');
            var number = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[end..].TrimStart((byte)' ');
            uint rttUs = 0;
            var lost = number.SequenceEqual("-"u8);
            if (ping == count || (!lost && !FpingNumber.TryParse(number, out rttUs)))
            {
                return false;
            }

            _rttsUs[ping++] = lost ? 0 : Math.Max(1, rttUs);
        }

        return ping == count;
    }

    private bool Report(int target)
    {
        if (target >= 0)
        {
            output.Report(target, _rttsUs);
        }

        return target >= 0;
    }

    /// <summary>"ICMP Host Unreachable from 10.98.0.2 for ICMP Echo sent to 10.97.2.9"</summary>
    private bool TryParseIcmpError(ReadOnlySpan<byte> line)
    {
        var from = line.IndexOf(" from "u8);
        var sentTo = line.IndexOf(" for ICMP Echo sent to "u8);
        if (from < 0 || sentTo < from + " from "u8.Length || !IcmpErrorText.TryFind(line[..from], out var type, out var code))
        {
            return false;
        }

        var source = FpingTargetIndex.TryParse(line[(from + " from "u8.Length)..sentTo], out var address) ? address : (TargetAddress?)null;
        return Because(_targets.Find(line[(sentTo + " for ICMP Echo sent to "u8.Length)..]), ReasonKind.Icmp, type * 256 + code, source);
    }

    /// <summary>
    /// Removes " [&lt;- 10.0.0.1]", which fping writes wherever its two streams happen to meet, and returns its address. Whatever follows it, on the
    /// same line, is about the same target.
    /// </summary>
    private static ReadOnlySpan<byte> CutOtherSource(ReadOnlySpan<byte> line, out TargetAddress? source)
    {
        source = null;
        while (line.IndexOf("[<- "u8) is >= 0 and var start && line[start..].IndexOf((byte)']') is > 0 and var length)
        {
            source = FpingTargetIndex.TryParse(line[(start + 4)..(start + length)], out var address) ? address : source;
            var rest = line[(start + length + 1)..];
            line = start == 0 ? rest.TrimStart((byte)' ') : rest.IsEmpty ? line[..start].TrimEnd((byte)' ') : Join(line[..start], rest);
        }

        return line;
    }

    private static ReadOnlySpan<byte> Join(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        var joined = new byte[before.Length + after.Length];
        before.CopyTo(joined);
        after.CopyTo(joined.AsSpan(before.Length));
        return joined;
    }

    private bool BecauseOf(ReadOnlySpan<byte> name, TargetAddress? otherSource) =>
        otherSource is null || Because(_targets.Find(name), ReasonKind.WrongSource, 0, otherSource);

    private bool Because(int target, ReasonKind kind, int detail, TargetAddress? source)
    {
        if (target >= 0)
        {
            output.Because(new TargetReason(target, kind, detail, source));
        }

        return target >= 0;
    }
}
