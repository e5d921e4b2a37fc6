using System.Buffers;
using System.Text.Unicode;

namespace FpingCluster.Shared.Targets.Reading;

/// <summary>What makes a line unreadable before its fields are looked at.</summary>
internal static class LineProblems
{
    private const byte Delete = 0x7F;

    private static readonly SearchValues<byte> ControlBytes =
        SearchValues.Create([.. Enumerable.Range(0, ' ').Where(code => code != '\t').Select(code => (byte)code), Delete]);

    public static string TooLong => $"the line has more than {TargetListLimits.LineBytes:N0} bytes; put one target on each line";

    /// <summary>Null when the line is text.</summary>
    public static string? FindBadByte(ReadOnlySpan<byte> line)
    {
        var control = line.IndexOfAny(ControlBytes);
        if (control < 0)
        {
            return Utf8.IsValid(line) ? null : "the line is not valid UTF-8; save the list as UTF-8";
        }

        return line[control] == 0
            ? $"byte {control + 1} of the line is NUL, so this is no UTF-8 text; save the list as UTF-8"
            : $"byte {control + 1} of the line is the control character 0x{line[control]:X2}; remove it";
    }
}
