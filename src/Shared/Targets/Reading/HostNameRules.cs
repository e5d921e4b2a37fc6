using System.Text;

namespace FpingCluster.Shared.Targets.Reading;

/// <summary>What RFC 1123 calls a host name.</summary>
internal static class HostNameRules
{
    private const int MaxName = 253;
    private const int MaxLabel = 63;

    /// <summary>What is wrong with the name, and the remedy; null when nothing is. A dot at the end is allowed.</summary>
    public static string? FindProblem(ReadOnlySpan<char> name)
    {
        if (name.EndsWith("."))
        {
            name = name[..^1];
        }

        if (name.Length > MaxName)
        {
            return $"it has {name.Length} characters and a host name has at most {MaxName}; shorten it";
        }

        if (!Ascii.IsValid(name))
        {
            return "a host name has only the letters a to z; write an international name in its ASCII form (xn--...)";
        }

        foreach (var label in name.Split('.'))
        {
            if (FindProblemOfLabel(name[label]) is { } problem)
            {
                return problem;
            }
        }

        var last = name[(name.LastIndexOf('.') + 1)..];
        return last.ContainsAnyExceptInRange('0', '9')
            ? null
            : "the last part of a host name is not a number; write an address with four numbers, or the full name";
    }

    private static string? FindProblemOfLabel(ReadOnlySpan<char> label)
    {
        if (label.IsEmpty)
        {
            return "a part between its dots is empty; remove the dot";
        }

        if (label.Length > MaxLabel)
        {
            return $"one of its parts has {label.Length} characters and at most {MaxLabel} are allowed; shorten it";
        }

        foreach (var c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
            {
                return $"a host name has no '{c}', only letters, digits, '-' and '.'; remove it";
            }
        }

        return label[0] == '-' || label[^1] == '-' ? "a part of a host name neither begins nor ends with '-'; remove it" : null;
    }
}
