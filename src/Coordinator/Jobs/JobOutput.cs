using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>Where the results of each round are written; the file is absolute, or <see cref="Stdout"/>.</summary>
internal sealed record JobOutput(string File, ResultFormat Format)
{
    public const string Stdout = "-";

    public bool IsStdout => File == Stdout;
}
