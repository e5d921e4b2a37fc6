using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Simulated;
using FpingCluster.Agent.Identity;
using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Cli;

/// <summary>What <c>fping-agent run</c> was asked for.</summary>
internal sealed record AgentOptions
{
    public required IReadOnlyList<Uri> Coordinators { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required string DataDirectory { get; init; }

    /// <summary>Pings per second that no coordinator can lift.</summary>
    public required int MaxRate { get; init; }

    /// <summary>The most bytes of unacknowledged results on the disk; 0 = none.</summary>
    public required long SpoolLimit { get; init; }

    /// <summary>The only engines to use; empty: all that measure something.</summary>
    public required IReadOnlyList<EngineKind> Engines { get; init; }

    public EngineSetup Setup { get; init; } = new(new SimulationSettings());

    public CredentialOptions Credentials { get; init; } = new();

    /// <summary>Leave in order when standard input ends.</summary>
    public bool FollowStdin { get; init; }
}
