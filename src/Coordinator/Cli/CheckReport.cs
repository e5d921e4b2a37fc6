using FpingCluster.Coordinator.Jobs;

namespace FpingCluster.Coordinator.Cli;

/// <summary>What `check --json` prints, in snake_case. Settings are null when there are errors.</summary>
internal sealed record CheckReport(
    string File, bool Valid, IReadOnlyList<ConfigurationError> Errors, IReadOnlyList<string> Warnings, IReadOnlyList<string>? Settings);
