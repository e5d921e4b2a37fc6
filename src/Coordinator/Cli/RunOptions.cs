using System.Net;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Cli;

/// <summary>What `run` was asked for.</summary>
internal sealed record RunOptions
{
    public required string ConfigurationPath { get; init; }

    public int LocalAgents { get; init; }

    public int WaitAgents { get; init; }

    public required IPEndPoint Listen { get; init; }

    /// <summary>0: until stopped.</summary>
    public int Rounds { get; init; }

    /// <summary>Null: a temporary one, deleted at the end.</summary>
    public string? DataDir { get; init; }

    public string? OutputFile { get; init; }

    public ResultFormat? Format { get; init; }

    public string? SummaryFile { get; init; }

    /// <summary>Settings of the simulated network for local agents; null unless the simulated engine is wanted.</summary>
    public string? Simulate { get; init; }

    /// <summary>As the file's limits.i_own_these.</summary>
    public bool IOwnThese { get; init; }

    public bool Insecure { get; init; }

    public bool Verbose { get; init; }
}
