using FpingCluster.Coordinator.Membership;

namespace FpingCluster.Coordinator.Metrics;

/// <summary>The agents, as their last heartbeats say. Two may have one name, so each sample has the id as well.</summary>
internal static class AgentMetrics
{
    public static void AddTo(MetricPage page, IReadOnlyList<AgentMember> agents)
    {
        AddGiven(page, agents);
        // Before the first heartbeat there is nothing to tell, and a counter at 0 would be taken for one that began anew.
        AddHeard(page, [.. agents.Where(agent => agent.Load != AgentLoad.None)]);
    }

    private static void AddGiven(MetricPage page, IReadOnlyList<AgentMember> agents)
    {
        page.Gauge("agent_capacity_pings_per_second", "What the agent says it can send.", Each(agents, agent => agent.Introduction.Capacity));
        page.Gauge("agent_budget_pings_per_second", "What the coordinator lets the agent send.", Each(agents, agent => agent.Budget));
    }

    private static void AddHeard(MetricPage page, IReadOnlyList<AgentMember> agents)
    {
        page.Counter("agent_pings_sent", "Pings since the agent's start.", Each(agents, agent => agent.Load.SentPings));
        page.Counter("agent_replies_received", "Answers since the agent's start.", Each(agents, agent => agent.Load.ReceivedReplies));
        page.Counter("agent_local_drops", "Pings that the agent's own host obscured, since its start.", Each(agents, agent => agent.Load.LocalDrops));
        page.Counter("agent_results_dropped", "Results that found no room in the agent's spool, since its start.", Each(agents, agent => agent.Load.DroppedResults));
        page.Gauge("agent_shards", "Shards that the agent holds.", agents.SelectMany(agent => new[]
        {
            new MetricSample(agent.Load.QueuedShards, [.. Labels(agent), ("phase", "queued")]),
            new MetricSample(agent.Load.BegunShards, [.. Labels(agent), ("phase", "begun")]),
        }));
        page.Gauge("agent_unacked_batches", "Batches that are not stored yet.", Each(agents, agent => agent.Load.UnackedBatches));
        page.Gauge("agent_cpu_ratio", "The part of its host's CPUs that is in use.", Each(agents, agent => agent.Load.CpuPermille / 1000.0));
        page.Gauge("agent_clock_offset_seconds", "The agent's clock less the coordinator's.", Each(agents, agent => agent.Load.ClockOffset.TotalSeconds));
    }

    private static IEnumerable<MetricSample> Each(IReadOnlyList<AgentMember> agents, Func<AgentMember, double> value) =>
        agents.Select(agent => new MetricSample(value(agent), Labels(agent)));

    private static (string Name, string Text)[] Labels(AgentMember agent) => [("agent", agent.Introduction.Name), ("id", agent.Introduction.Id.ToString())];
}
