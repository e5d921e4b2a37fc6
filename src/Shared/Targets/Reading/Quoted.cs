using System.Text;

namespace FpingCluster.Shared.Targets.Reading;

/// <summary>A piece of input as it stands in a message: in quotes, short, and without characters that would act on a terminal.</summary>
internal static class Quoted
{
    private const int MaxLength = 60;

    public static string Text(ReadOnlySpan<byte> utf8) => Text(Encoding.UTF8.GetString(utf8));

    public static string Text(string text)
    {
        var shown = text.Length > MaxLength ? text[..MaxLength] + "..." : text;
        return "'" + string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c)) + "'";
    }
}
