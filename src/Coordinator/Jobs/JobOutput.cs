using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>Where the results of each round are written; the file is absolute.</summary>
internal sealed record JobOutput(string File, ResultFormat Format);
