using FpingCluster.Coordinator.Jobs;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Cli;

/// <summary>Reads a target list as a run would, for what is wrong with it.</summary>
internal static class TargetListChecker
{
    public static async Task<TargetListReport> CheckAsync(string path, AddressSet exclude, CancellationToken cancellationToken)
    {
        var reading = await new TargetListReader(new DnsNameResolver(), exclude).ReadAsync(TargetFile.Input(path), version: 1, cancellationToken);
        var count = reading.List is { } list ? list.Count + list.Unresolved.Count : 0;
        var errors = reading.Errors.Select(error => Locate(path, error)).ToList();
        if (reading.ErrorCount > errors.Count)
        {
            errors.Add(new ConfigurationError(path, 0, "", $"… and {reading.ErrorCount - errors.Count:N0} more"));
        }

        return new TargetListReport(count, errors, reading.Warnings) { Public = PublicTargets.In(reading.List is { } read ? read.Addresses : []) };
    }

    // The reader's messages begin with "path:line: ", or "path: " where the list as a whole is meant.
    private static ConfigurationError Locate(string path, string error)
    {
        var rest = error.StartsWith(path, StringComparison.Ordinal) ? error[path.Length..].TrimStart(':') : error;
        var end = rest.IndexOf(':');
        return end > 0 && int.TryParse(rest.AsSpan(0, end), out var line)
            ? new ConfigurationError(path, line, "", rest[(end + 1)..].TrimStart())
            : new ConfigurationError(path, 0, "", rest.TrimStart());
    }
}
