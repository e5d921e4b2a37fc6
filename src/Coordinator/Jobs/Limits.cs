using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>What the operator allows. The coordinator keeps to it, and so does each agent by itself.</summary>
internal sealed record Limits
{
    /// <summary>Pings per second of the whole cluster; null is unlimited.</summary>
    public int? Rate { get; init; }

    /// <summary>Pings per second of each agent.</summary>
    public int PerAgent { get; init; } = 20_000;

    public PrefixLimit? PerPrefix { get; init; }

    /// <summary>Never pinged, whatever a target list says.</summary>
    public IReadOnlyList<AddressRange> Exclude { get; init; } = [];

    /// <summary>The operator says that a list with more than <see cref="PublicTargets.Most"/> public addresses is meant, and may be pinged.</summary>
    public bool IOwnThese { get; init; }

    /// <summary>Why a job's list is not pinged; null when it may be. Where nothing is sent, anything may.</summary>
    public string? Refusal(Job job, PublicTargets listed) =>
        listed.AreTooMany && !IOwnThese && job.Probe.Engine != EngineKind.Simulated
            ? listed.Refusal("limits.i_own_these: true (run also takes --i-own-these)")
            : null;
}
