using System.Buffers;

namespace FpingCluster.Shared.Targets.Reading;

/// <summary>
/// Splits a line into fields: RFC 4180, with blanks around a field and a comment ('#' at the line's begin or after a blank) cut off.
/// A field ends on its line, so that a forgotten quote spoils one line and not the rest of the file. One object serves all lines.
/// </summary>
internal sealed class FieldSplitter
{
    /// <summary>The address, the name, the labels.</summary>
    public const int MaxFields = 2 + TargetListLimits.Labels;

    private static readonly SearchValues<byte> Special = SearchValues.Create(",#\""u8);

    private readonly (int Start, int Length)[] _fields = new (int, int)[MaxFields];

    public int Count { get; private set; }

    public ReadOnlySpan<byte> Field(ReadOnlySpan<byte> line, int index) =>
        index < Count ? line.Slice(_fields[index].Start, _fields[index].Length) : [];

    /// <summary>Whether no field has any text.</summary>
    public bool IsBlank()
    {
        for (var i = 0; i < Count; i++)
        {
            if (_fields[i].Length > 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <param name="line">Doubled quotes are undone in place.</param>
    /// <param name="problem">Null when all is well.</param>
    public bool TrySplit(Span<byte> line, out string? problem)
    {
        (Count, problem) = (0, null);
        var next = -1;
        do
        {
            if (Count == MaxFields)
            {
                problem = $"more than {MaxFields} columns, which is the most there may be " +
                    $"(address, name, {TargetListLimits.Labels} labels); remove some";
                return false;
            }

            var start = SkipBlanks(line, next + 1);
            var isQuoted = start < line.Length && line[start] == '"';
            next = isQuoted ? TakeQuoted(line, start, out problem) : TakePlain(line, start, out problem);
        }
        while (problem is null && next < line.Length);
        return problem is null;
    }

    /// <summary>Takes the field and returns where its comma is, or the length of the line.</summary>
    private int TakePlain(Span<byte> line, int start, out string? problem)
    {
        problem = null;
        var end = start;
        var next = line.Length;
        while (true)
        {
            var special = line[end..].IndexOfAny(Special);
            end = special < 0 ? line.Length : end + special;
            if (end < line.Length && line[end] == '"')
            {
                problem = $"column {Count + 1} has a quote inside; put the whole field in quotes and double those inside (\"19\"\" rack\")";
                return next;
            }

            if (end < line.Length && line[end] == ',')
            {
                next = end;
                break;
            }

            if (end == line.Length || IsComment(line, end))
            {
                break;
            }

            end++;
        }

        _fields[Count++] = (start, line[start..end].TrimEnd(" \t"u8).Length);
        return next;
    }

    private int TakeQuoted(Span<byte> line, int start, out string? problem)
    {
        problem = null;
        int read = start + 1, written = start + 1;
        while (read < line.Length && (line[read] != '"' || IsQuoteAt(line, read + 1)))
        {
            line[written++] = line[read];
            read += line[read] == '"' ? 2 : 1;
        }

        if (read >= line.Length)
        {
            problem = $"the quote of column {Count + 1} is not closed on this line; " +
                "close it, or double it (\"\") where it is part of the text";
            return line.Length;
        }

        var next = SkipBlanks(line, read + 1);
        if (next < line.Length && line[next] != ',' && !IsComment(line, next))
        {
            problem = $"column {Count + 1} goes on after its closing quote; put a comma there, or double the quotes inside the text (\"\")";
        }

        _fields[Count++] = (start + 1, written - start - 1);
        return next < line.Length && line[next] == ',' ? next : line.Length;
    }

    private static bool IsQuoteAt(ReadOnlySpan<byte> line, int index) => index < line.Length && line[index] == '"';

    private static bool IsComment(ReadOnlySpan<byte> line, int index) => line[index] == '#' && (index == 0 || IsBlank(line[index - 1]));

    private static int SkipBlanks(ReadOnlySpan<byte> line, int index)
    {
        while (index < line.Length && IsBlank(line[index]))
        {
            index++;
        }

        return index;
    }

    private static bool IsBlank(byte c) => c is (byte)' ' or (byte)'\t';
}
