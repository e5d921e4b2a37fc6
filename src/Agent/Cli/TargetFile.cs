using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Cli;

/// <summary>Reads the file of --file: one address, CIDR or range a line, # comments; what follows a comma is not read.</summary>
internal static class TargetFile
{
    public static async Task<TargetList> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var ranges = new List<AddressRange>();
        var errors = new List<string>();
        var line = 0;
        using var reader = Open(path);
        while (await reader.ReadLineAsync(cancellationToken) is { } text)
        {
            line++;
            var first = text.Split('#')[0].Split(',')[0].Trim();
            if (AddressRange.TryParse(first, out var range))
            {
                ranges.Add(range);
            }
            else if (first.Length > 0)
            {
                errors.Add($"{path}:{line}: '{first}' is not an IPv4 or IPv6 address, CIDR or range");
            }
        }

        return errors.Count == 0 ? PingTargets.Expand(path, ranges) : throw new UserErrorException(string.Join('\n', errors));
    }

    private static StreamReader Open(string path)
    {
        try
        {
            return path == "-" ? new StreamReader(Console.OpenStandardInput()) : new StreamReader(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot read the target list '{path}': {exception.Message}", exception);
        }
    }
}
