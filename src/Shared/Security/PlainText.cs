using System.Globalization;

namespace FpingCluster.Shared.Security;

/// <summary>Text that others choose and that is shown, logged and kept: nothing in it may end a line, move a cursor or turn the direction of writing.</summary>
public static class PlainText
{
    // Persian and Indic spelling needs them, and emoji are joined with them.
    private const char ZeroWidthNonJoiner = '\u200C', ZeroWidthJoiner = '\u200D';

    public static bool IsPlain(string text) => text.All(IsPlain) && !HasLoneSurrogate(text);

    /// <summary>The text with question marks for what is not plain, and cut where it is too long.</summary>
    public static string Of(string text, int maxLength = int.MaxValue)
    {
        var shown = text.Length <= maxLength ? text : text[..maxLength];
        return IsPlain(shown) ? shown : string.Concat(shown.Select(c => IsPlain(c) && !char.IsSurrogate(c) ? c : '?'));
    }

    private static bool IsPlain(char c) =>
        c is ZeroWidthNonJoiner or ZeroWidthJoiner || CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                return true;
            }

            i++;
        }

        return false;
    }
}
