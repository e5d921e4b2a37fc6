using System.CommandLine;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Cli;

/// <summary>--exclude: what this agent never pings, whoever asks for it.</summary>
internal static class ExcludeOption
{
    // Of one list; the rest is counted.
    private const int ToldErrors = 10;

    public static Option<AddressSet?> Create() => new("--exclude")
    {
        Description = "Never ping this address, CIDR or range a-b, or those in this file, one a line, whoever asks; may be repeated",
        HelpName = "PREFIX|FILE",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            var error = TryParse(result.Tokens.Select(token => token.Value), out var excluded);
            if (error is not null)
            {
                result.AddError(error);
            }

            return excluded;
        },
    };

    /// <summary>Null when all is well, else every error.</summary>
    internal static string? TryParse(IEnumerable<string> values, out AddressSet excluded)
    {
        List<AddressRange> ranges = [];
        List<string> errors = [];
        foreach (var text in values)
        {
            if (AddressRange.TryParse(text, out var range))
            {
                ranges.Add(range);
            }
            else if (File.Exists(text))
            {
                Read(text, ranges, errors);
            }
            else
            {
                errors.Add($"--exclude is '{text}'; write an address, a CIDR (10.0.0.0/24), a range (10.0.0.1-10.0.0.9), or the name of a file with one on each line");
            }
        }

        excluded = new AddressSet(ranges);
        return errors.Count == 0 ? null : string.Join('\n', errors.Take(ToldErrors).Concat(errors.Count > ToldErrors ? [$"… and {errors.Count - ToldErrors:N0} more"] : []));
    }

    private static void Read(string path, List<AddressRange> ranges, List<string> errors)
    {
        try
        {
            foreach (var (index, line) in File.ReadLines(path).Index())
            {
                var text = line.Split('#')[0].Trim();
                if (AddressRange.TryParse(text, out var range))
                {
                    ranges.Add(range);
                }
                else if (text.Length > 0)
                {
                    errors.Add($"{path}:{index + 1}: '{text}' is no address, CIDR or range a-b");
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add($"--exclude {path}: cannot be read: {exception.Message}");
        }
    }
}
