using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Merging;

namespace FpingCluster.Coordinator.Metrics;

/// <summary>What a monitoring system wants to know of the coordinator, its jobs and its agents. Targets have no metric of their own: results are for that.</summary>
internal static class ClusterMetrics
{
    public static string Of(
        string version, bool isReady, IReadOnlyList<AgentMember> agents, IReadOnlyList<JobStatus> jobs, IReadOnlyList<RoundProgress> running)
    {
        var page = new MetricPage();
        page.Gauge("build_info", "The version of this coordinator; always 1.", new MetricSample(1, ("version", version)));
        page.Gauge("ready", "1 while results can be stored, else 0.", new MetricSample(isReady ? 1 : 0));
        page.Gauge(
            "agents",
            "Agents by status.",
            Enum.GetValues<AgentStatus>().Select(status => new MetricSample(agents.Count(agent => agent.Status == status), ("status", Word(status)))));
        JobMetrics.AddTo(page, jobs, running);
        AgentMetrics.AddTo(page, agents);
        return page.ToString();
    }

    public static string Word(AgentStatus status) => status.ToString().ToLowerInvariant();
}
