using FpingCluster.Coordinator.Membership;
using FpingCluster.Shared.Configuration;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>A target list, how it is probed, and when.</summary>
internal sealed record Job
{
    public required string Name { get; init; }

    /// <summary>Absolute.</summary>
    public required string TargetFile { get; init; }

    /// <summary>From the start of a round to the start of the next; null: one round, or rounds one after another with <see cref="Pause"/> between them.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>From the end of a round to the start of the next where there is no <see cref="Every"/>.</summary>
    public TimeSpan Pause { get; init; }

    public Probe Probe { get; init; } = new();

    /// <summary>The labels an agent must have to probe this job; none: every agent may.</summary>
    public IReadOnlyDictionary<string, string> Where { get; init; } = new Dictionary<string, string>();

    public JobOutput? Output { get; init; }

    public bool MayBeProbedBy(AgentIntroduction agent) => agent.Matches(Where) && agent.EngineFor(Probe) is not null;
}
