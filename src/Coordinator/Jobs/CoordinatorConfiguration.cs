using System.Net;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>All that a configuration file says, defaults filled in, paths absolute. Immutable; a changed file is read into a new object.</summary>
internal sealed record CoordinatorConfiguration
{
    public required string SourcePath { get; init; }

    public required IReadOnlyList<Job> Jobs { get; init; }

    public Limits Limits { get; init; } = new();

    public IPEndPoint ListenGrpc { get; init; } = new(IPAddress.Loopback, 7443);

    public IPEndPoint ListenHttp { get; init; } = new(IPAddress.Loopback, 8080);

    /// <summary>"data" beside the file unless the file names another.</summary>
    public required string DataDir { get; init; }

    public StoreSettings Store { get; init; } = new();

    public SecuritySettings Security { get; init; } = new();

    /// <summary>The fping binary of agents that the coordinator itself starts; null lets them find it. Agents elsewhere have their own.</summary>
    public string? FpingPath { get; init; }

    /// <summary>Keys of the file that only a service heeds.</summary>
    public IReadOnlyList<string> ServiceKeys { get; init; } = [];

    /// <summary>What the file says in other words than a reader would take it; shown with the effective settings.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
