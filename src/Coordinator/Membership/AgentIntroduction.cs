using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Membership;

/// <summary>What an agent says of itself when a session begins.</summary>
internal sealed record AgentIntroduction
{
    public required AgentId Id { get; init; }

    /// <summary>New at each start of the agent.</summary>
    public required Guid BootId { get; init; }

    public required string Name { get; init; }

    public required string Version { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Pings per second.</summary>
    public required int Capacity { get; init; }

    /// <summary>Best first.</summary>
    public required IReadOnlyList<EngineKind> Engines { get; init; }

    public IReadOnlyList<LeaseKey> HeldLeases { get; init; } = [];

    /// <summary>Sequence number of its oldest batch without an ack; batches below it are settled.</summary>
    public ulong FirstUnacked { get; init; } = 1;

    /// <summary>Pings per second that it may be sending since before; 0 when it was never told a budget.</summary>
    public int Sending { get; init; }

    /// <summary>Its monotonic clock.</summary>
    public ulong ClockMs { get; init; }

    /// <summary>Its heartbeats say which budget it keeps to; one that does not say is taken to keep to each at once.</summary>
    public bool ConfirmsBudgets { get; init; } = true;

    /// <summary>Whether it knows of a probe's text; one that does not would leave it out.</summary>
    public bool SendsTexts { get; init; } = true;

    /// <summary>Where the session comes from, for people.</summary>
    public string Peer { get; init; } = "";

    public EngineKind? EngineFor(Probe probe) => probe.WantedEngine switch
    {
        _ when probe.Text is not null && !SendsTexts => null,
        EngineKind.Auto => Engines.Where(engine => engine != EngineKind.Simulated).Select(engine => (EngineKind?)engine).FirstOrDefault(),
        var wanted => Engines.Contains(wanted) ? wanted : null,
    };

    /// <summary>Whether a job may be probed from here: every label asked for is there with that value.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> where) => where.All(pair => Labels.GetValueOrDefault(pair.Key) == pair.Value);
}
