using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Simulated;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;

namespace FpingCluster.Agent.Cli;

/// <summary>What <c>fping-agent ping</c> was asked for.</summary>
internal sealed record PingOptions
{
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>A target list; "-" is stdin.</summary>
    public string? File { get; init; }

    public required Probe Probe { get; init; }

    public required int Rate { get; init; }

    public required ResultFormat Format { get; init; }

    /// <summary>Null or "-": stdout.</summary>
    public string? Output { get; init; }

    /// <summary>"-": stdout.</summary>
    public string? SummaryFile { get; init; }

    public EngineSetup Engines { get; init; } = new(new SimulationSettings());

    /// <summary>More public addresses than anybody pings by mistake are meant.</summary>
    public bool IOwnThese { get; init; }

    /// <summary>Log what the engine chooses and counts.</summary>
    public bool Verbose { get; init; }
}
