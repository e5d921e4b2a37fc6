using FpingCluster.Coordinator.Jobs;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Cli;

/// <summary>What is in a target list and what is wrong with it. Warnings (merged duplicates) do not make it unusable.</summary>
internal sealed record TargetListReport(int Targets, IReadOnlyList<ConfigurationError> Errors, IReadOnlyList<string> Warnings)
{
    public PublicTargets Public { get; init; } = new(0, []);
}
