namespace FpingCluster.Coordinator.Jobs;

/// <summary>Times and sizes of the cluster. The defaults are what the documentation promises.</summary>
internal sealed record ClusterOptions
{
    /// <summary>An agent not heard for this long is lost, and its leases go to others.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A sixth of the grace: five may be late before an agent is taken for lost.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan TickInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Unacknowledged batches an agent may have; at 6 KB each, 6 MB.</summary>
    public int Credits { get; init; } = 1_024;

    /// <summary>An agent holds leases for about this long at its budget: enough for an fping bucket or two each worker.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Where the rate is limited, an agent that has heard nothing for so long sends nothing more: then its share is free for others. As long as the window, so that
    /// it sends what it holds.
    /// </summary>
    public TimeSpan BudgetTerm { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A round without a deadline is closed when no result came for this long beyond what its agents take to send all they hold.</summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>A cancelled round is left open when the store has taken nothing for so long.</summary>
    public TimeSpan ClosePatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A service that is stopped goes on with its rounds at the next start; otherwise a stop closes them.</summary>
    public bool StopLeavesRoundsOpen { get; init; }

    /// <summary>Pings per second of all agents together; null = no limit.</summary>
    public int? Rate { get; init; }

    /// <summary>Pings per second of any one agent.</summary>
    public int PerAgent { get; init; } = 20_000;

    /// <summary>Null = no limit. Rounds have their rate capped by it; each agent is told its part, too.</summary>
    public PrefixLimit? PerPrefix { get; init; }

    public static ClusterOptions Of(Limits limits) => new() { Rate = limits.Rate, PerAgent = limits.PerAgent, PerPrefix = limits.PerPrefix };
}
