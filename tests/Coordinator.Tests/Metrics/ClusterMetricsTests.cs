using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Merging;
using FpingCluster.Coordinator.Metrics;
using FpingCluster.Coordinator.Tests.Membership;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Tests.Metrics;

public sealed class ClusterMetricsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly RoundSummary Summary = new()
    {
        Targets = 6,
        Up = 3,
        Down = 2,
        Unknown = 1,
        Sent = 25,
        Received = 15,
        Duplicates = 1,
        LocalDrops = 4,
        Duration = TimeSpan.FromMilliseconds(2500),
        Rtt = new RttSummary(0.5, 1.25, 1, 20, 30),
        Agents = [],
    };

    [Fact]
    public void Empty_coordinator_has_its_own_metrics_and_no_family_without_a_sample() => Assert.Equal(
        """
        # HELP fpingcluster_build_info The version of this coordinator; always 1.
        # TYPE fpingcluster_build_info gauge
        fpingcluster_build_info{version="1.2.3"} 1
        # HELP fpingcluster_ready 1 while results can be stored, else 0.
        # TYPE fpingcluster_ready gauge
        fpingcluster_ready 0
        # HELP fpingcluster_agents Agents by status.
        # TYPE fpingcluster_agents gauge
        fpingcluster_agents{status="connected"} 0
        fpingcluster_agents{status="draining"} 0
        fpingcluster_agents{status="disconnected"} 0

        """,
        Of(isReady: false));

    [Fact]
    public void Last_round_of_a_job_is_told_in_base_units()
    {
        var text = Of(jobs: [Status("iot") with { Targets = 6, Rounds = 2, Skipped = 1, LastSummary = Summary, Problem = "one" }]);

        AssertHas(
            text,
            "fpingcluster_job_targets{ping_job=\"iot\"} 6",
            "fpingcluster_job_problem{ping_job=\"iot\"} 1",
            "# TYPE fpingcluster_job_rounds_total counter",
            "fpingcluster_job_rounds_total{ping_job=\"iot\"} 2",
            "fpingcluster_job_rounds_skipped_total{ping_job=\"iot\"} 1",
            "fpingcluster_job_last_round_targets{ping_job=\"iot\",state=\"up\"} 3",
            "fpingcluster_job_last_round_targets{ping_job=\"iot\",state=\"down\"} 2",
            "fpingcluster_job_last_round_targets{ping_job=\"iot\",state=\"unknown\"} 1",
            "fpingcluster_job_last_round_duration_seconds{ping_job=\"iot\"} 2.5",
            "fpingcluster_job_last_round_pings_sent{ping_job=\"iot\"} 25",
            "fpingcluster_job_last_round_pings_received{ping_job=\"iot\"} 15",
            "fpingcluster_job_last_round_duplicates{ping_job=\"iot\"} 1",
            "fpingcluster_job_last_round_local_drops{ping_job=\"iot\"} 4",
            "fpingcluster_job_last_round_rtt_seconds{ping_job=\"iot\",stat=\"min\"} 0.0005",
            "fpingcluster_job_last_round_rtt_seconds{ping_job=\"iot\",stat=\"avg\"} 0.00125",
            "fpingcluster_job_last_round_rtt_seconds{ping_job=\"iot\",stat=\"p99\"} 0.02",
            "fpingcluster_job_last_round_rtt_seconds{ping_job=\"iot\",stat=\"max\"} 0.03");
    }

    [Fact]
    public void Job_without_a_round_or_without_an_answer_has_no_made_up_times()
    {
        var text = Of(jobs: [Status("new"), Status("dead") with { LastSummary = Summary with { Received = 0, Rtt = null } }]);

        Assert.DoesNotContain("_rtt_seconds", text);
        Assert.DoesNotContain("last_round_duration_seconds{ping_job=\"new\"}", text);
    }

    [Fact]
    public void Running_round_is_told_with_what_is_done()
    {
        var text = Of(running: [new RoundProgress(new RoundId(7), "iot", Now, null, Targets: 100, Done: 40, Up: 30, Down: 5, Unknown: 5, Sent: 200, Received: 150)]);

        AssertHas(text, "fpingcluster_job_running_targets{ping_job=\"iot\"} 100", "fpingcluster_job_running_targets_done{ping_job=\"iot\"} 40");
    }

    [Fact]
    public void Agent_is_told_with_name_and_id()
    {
        var load = new AgentLoad(3, 2, 1, 1000, 990, 5, 250, 7, TimeSpan.FromMilliseconds(-1500));
        var text = Of(agents: [new AgentMember(Introductions.Agent(1, capacity: 20_000), AgentStatus.Draining, Now, Now, load, Budget: 10_000)]);

        const string who = "agent=\"a1\",id=\"00000001000000000000000000000000\"";
        AssertHas(
            text,
            "fpingcluster_agents{status=\"draining\"} 1",
            $"fpingcluster_agent_capacity_pings_per_second{{{who}}} 20000",
            $"fpingcluster_agent_budget_pings_per_second{{{who}}} 10000",
            $"fpingcluster_agent_pings_sent_total{{{who}}} 1000",
            $"fpingcluster_agent_replies_received_total{{{who}}} 990",
            $"fpingcluster_agent_local_drops_total{{{who}}} 5",
            $"fpingcluster_agent_results_dropped_total{{{who}}} 7",
            $"fpingcluster_agent_shards{{{who},phase=\"queued\"}} 3",
            $"fpingcluster_agent_shards{{{who},phase=\"begun\"}} 2",
            $"fpingcluster_agent_unacked_batches{{{who}}} 1",
            $"fpingcluster_agent_cpu_ratio{{{who}}} 0.25",
            $"fpingcluster_agent_clock_offset_seconds{{{who}}} -1.5");
    }

    [Fact]
    public void Agent_without_a_heartbeat_yet_has_no_counters()
    {
        var text = Of(agents: [new AgentMember(Introductions.Agent(1), AgentStatus.Connected, Now, Now, AgentLoad.None, Budget: 10_000)]);

        Assert.Contains("fpingcluster_agent_budget_pings_per_second{agent=\"a1\"", text);
        Assert.DoesNotContain("_total", text);
    }

    [Fact]
    public void Name_that_would_end_its_label_or_its_line_is_escaped()
    {
        var text = Of(jobs: [Status("a\"} 1\nfake{b=\"\\")]);

        AssertHas(text, "fpingcluster_job_targets{ping_job=\"a\\\"} 1\\nfake{b=\\\"\\\\\"} 0");
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.Matches("^(# (HELP|TYPE) )?fpingcluster_", line));
    }

    private static string Of(
        bool isReady = true, IReadOnlyList<AgentMember>? agents = null, IReadOnlyList<JobStatus>? jobs = null, IReadOnlyList<RoundProgress>? running = null) =>
        ClusterMetrics.Of("1.2.3", isReady, agents ?? [], jobs ?? [], running ?? []);

    private static JobStatus Status(string name) => JobStatus.Of(new Job { Name = name, TargetFile = "/targets.csv" });

    private static void AssertHas(string text, params string[] lines) => Assert.All(lines, line => Assert.Contains(line, text.Split('\n')));
}
