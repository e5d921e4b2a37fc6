using System.Text.RegularExpressions;

namespace FpingCluster.Agent.Cli;

/// <summary>The values of --label: key=value, each key once.</summary>
internal static partial class AgentLabels
{
    /// <summary>Null when all is well, else every error.</summary>
    public static string? TryParse(IEnumerable<string> values, out IReadOnlyDictionary<string, string> labels)
    {
        Dictionary<string, string> parsed = [];
        List<string> errors = [];
        foreach (var text in values)
        {
            var match = Label().Match(text);
            if (!match.Success)
            {
                errors.Add($"--label is '{text}'; write key=value, the key of letters, digits, '.', '_' and '-' (at most 63 of them), the value at most 255 characters");
            }
            else if (!parsed.TryAdd(match.Groups[1].Value, match.Groups[2].Value))
            {
                errors.Add($"--label {match.Groups[1].Value} is given twice; give each label once");
            }
        }

        labels = parsed;
        return errors.Count == 0 ? null : string.Join('\n', errors);
    }

    [GeneratedRegex(@"^([A-Za-z0-9._-]{1,63})=(\P{Cc}{0,255})\z")]
    private static partial Regex Label();
}
