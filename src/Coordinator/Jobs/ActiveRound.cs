using FpingCluster.Coordinator.Leases;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Merging;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>A round that is running. Belongs to the cluster loop.</summary>
internal sealed class ActiveRound(RoundBriefing briefing, RoundOrder order, LeaseTable leases, DateTimeOffset startedAt, long startedTimestamp)
{
    public RoundBriefing Briefing => briefing;

    public RoundOrder Order => order;

    public LeaseTable Leases => leases;

    public ResultMerger Merger { get; } = new(leases);

    public TaskCompletionSource<RoundOutcome> Finished { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DateTimeOffset StartedAt { get; } = startedAt;

    public long StartedTimestamp { get; } = startedTimestamp;

    /// <summary>When the last batch was merged.</summary>
    public long LastProgressTimestamp { get; set; } = startedTimestamp;

    /// <summary>No more leases: it waits for the store to keep what was merged.</summary>
    public bool IsClosing { get; set; }

    /// <summary>Made once, when the round closes; kept while the store cannot take it.</summary>
    public RoundSummary? Summary { get; set; }

    public bool MayProbe(AgentIntroduction agent) => agent.Matches(order.Job.Where) && agent.EngineFor(briefing.Probe) is not null;

    public RoundProgress Progress()
    {
        var tally = Merger.Tally;
        return new RoundProgress(
            briefing.Id, briefing.Job, StartedAt, briefing.Deadline, briefing.Map.List.Count,
            tally.Targets, tally.Up, tally.Down, tally.Unknown, tally.Sent, tally.Received);
    }
}
