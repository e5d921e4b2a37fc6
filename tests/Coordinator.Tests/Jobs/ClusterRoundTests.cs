using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Tests.Leases;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Leases;
using static FpingCluster.Coordinator.Tests.Jobs.ClusterStory;

namespace FpingCluster.Coordinator.Tests.Jobs;

/// <summary>How rounds end, well and otherwise.</summary>
public sealed class ClusterRoundTests
{
    private readonly ClusterStory _story = new();

    [Fact]
    public void A_round_closes_at_its_deadline_with_the_rest_unknown()
    {
        var agent = _story.Join(1);
        var round = _story.Begin(deadline: TimeSpan.FromSeconds(60));
        var probed = agent.Hand[0];
        agent.Probe(probed);
        _story.Commit();
        _story.Pass(59.8);
        Assert.False(round.Finished.Task.IsCompleted);

        _story.Pass(0.2);

        var summary = OutcomeOf(round).Summary;
        Assert.Equal((1_000, probed.Shard.TargetCount, 1_000 - probed.Shard.TargetCount), (summary.Targets, summary.Up, summary.Unknown));
        Assert.Equal((round.Briefing.Id, 0, true), (agent.Link.Revoked[^1].Round, agent.Link.Revoked[^1].Shards.Count, agent.Link.Revoked[^1].Cancel));
        Assert.Contains(_story.Warnings, warning => warning.Contains("reached its deadline", StringComparison.Ordinal));
    }

    [Fact]
    public void Targets_that_an_agent_must_not_ping_are_unknown_and_told_and_asked_of_nobody_else()
    {
        var (agent, other) = (_story.Join(1), _story.Join(2));
        var round = _story.Begin();
        var lease = agent.Hand[0];

        agent.Probe(lease, Samples.Excluded(lease.Shard));
        _story.Commit();
        _story.Work();

        var summary = OutcomeOf(round).Summary;
        Assert.Equal((1_000 - lease.Shard.TargetCount, lease.Shard.TargetCount), (summary.Up, summary.Unknown));
        Assert.DoesNotContain(other.Link.Granted, granted => granted.Shard == lease.Shard);
        Assert.Contains(_story.Warnings, warning => warning.EndsWith($"may ping them (excluded-by-agent): agent a1 {lease.Shard.TargetCount}", StringComparison.Ordinal));
    }

    [Fact]
    public void A_batch_for_a_closed_round_is_acknowledged_and_forgotten()
    {
        var agent = _story.Join(1);
        var round = _story.Begin(deadline: TimeSpan.FromSeconds(60));
        _story.Pass(60);

        agent.ProbeAll();

        Assert.Equal(agent.LastSequence, agent.Link.Acknowledged);
        _story.Commit();
        Assert.Empty(_story.Store.ReadBatches(OutcomeOf(round).Round));
    }

    [Fact]
    public void A_round_without_a_deadline_is_given_up_when_nothing_comes_for_long()
    {
        var agent = _story.Join(1);
        var round = _story.Begin();
        // Window of 30 s, one ping of 500 ms timeout, and 120 s beyond.
        _story.Pass(150);
        agent.Probe(agent.Hand[0]);
        _story.Commit();
        _story.Pass(150);
        Assert.False(round.Finished.Task.IsCompleted);

        _story.Pass(2);

        Assert.InRange(OutcomeOf(round).Summary.Unknown, 900, 999);
        Assert.Contains(_story.Warnings, warning => warning.Contains("is given up", StringComparison.Ordinal));
    }

    [Fact]
    public void A_round_that_may_send_one_ping_a_second_is_not_taken_for_stalled()
    {
        var agent = _story.Join(1);
        var round = _story.Begin(targets: 100, rateCap: 1);

        _story.Pass(100);
        Assert.False(round.Finished.Task.IsCompleted);
        agent.ProbeAll();
        _story.Commit();

        Assert.Equal(100, OutcomeOf(round).Summary.Up);
    }

    [Fact]
    public void A_round_without_agents_is_given_up()
    {
        var round = _story.Begin();

        _story.Pass(122);

        Assert.Equal(1_000, OutcomeOf(round).Summary.Unknown);
        Assert.Contains(_story.Warnings, warning => warning.Contains(" s; unknown: 1,000 targets; job 'iot' cannot be probed: no agent is connected", StringComparison.Ordinal));
    }

    [Fact]
    public void A_round_that_no_agent_may_probe_is_told_when_it_begins_and_not_to_need_more_agents_at_its_deadline()
    {
        _story.Join(1);
        var round = _story.Begin(Job() with { Where = new Dictionary<string, string> { ["site"] = "paris" } }, deadline: TimeSpan.FromSeconds(60));
        Assert.Contains("job 'iot' cannot be probed: it asks for engine auto (any but simulated) where site=paris, and agent a1 offers", Assert.Single(_story.Warnings));

        _story.Pass(60);

        Assert.Equal(1_000, OutcomeOf(round).Summary.Unknown);
        var deadline = Assert.Single(_story.Warnings, warning => warning.Contains("reached its deadline", StringComparison.Ordinal));
        Assert.Contains("unknown: 1,000 targets; job 'iot' cannot be probed: ", deadline, StringComparison.Ordinal);
        Assert.DoesNotContain("add agents", deadline, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_round_of_one_target_is_told_in_the_singular()
    {
        _story.Begin(targets: 1);

        Assert.Contains(_story.Logger.Entries, entry => entry.Message.EndsWith(" of job iot begun: 1 target in 1 shard", StringComparison.Ordinal));
    }

    [Fact]
    public void A_round_of_no_targets_closes_at_once_when_the_clock_ticks()
    {
        var round = _story.Begin(targets: 0);

        _story.Pass(0.2);

        Assert.Equal(0, OutcomeOf(round).Summary.Targets);
    }

    [Fact]
    public void A_cancelled_round_keeps_what_was_merged()
    {
        var agent = _story.Join(1);
        var round = _story.Begin();
        var probed = agent.Hand[0];
        agent.Probe(probed);

        _story.Cluster.CancelRound(round.Briefing.Id);
        Assert.False(round.Finished.Task.IsCompleted);
        _story.Commit();

        Assert.Equal((probed.Shard.TargetCount, 1_000 - probed.Shard.TargetCount), (OutcomeOf(round).Summary.Up, OutcomeOf(round).Summary.Unknown));
        _story.Cluster.CancelRound(round.Briefing.Id);
        Assert.Empty(_story.Cluster.Rounds);
    }

    [Fact]
    public async Task A_cancelled_round_that_the_store_does_not_take_is_left_open_after_ten_seconds()
    {
        var agent = _story.Join(1);
        var round = _story.Begin();
        agent.Probe(agent.Hand[0]);

        _story.Cluster.CancelRound(round.Briefing.Id);
        _story.Pass(9);
        Assert.False(round.Finished.Task.IsCompleted);
        _story.Pass(2);

        var error = await Assert.ThrowsAsync<UserErrorException>(() => round.Finished.Task);
        Assert.Contains("goes on at the next start", error.Message, StringComparison.Ordinal);
        Assert.Empty(_story.Cluster.Rounds);
    }

    [Fact]
    public void A_closing_round_leases_nothing()
    {
        var agent = _story.Join(1);
        var round = _story.Begin();
        agent.Probe(agent.Hand[0]);
        var held = agent.Hand.ToList();
        _story.Cluster.CancelRound(round.Briefing.Id);
        Assert.True(round.IsClosing);

        var late = _story.Join(2);
        agent.Return(LeaseReturnReason.Revoked, held);
        _story.Pass(5);

        Assert.Empty(late.Hand);
        Assert.Empty(agent.Hand);
        Assert.False(round.Finished.Task.IsCompleted);
    }

    [Fact]
    public void An_agent_that_reconnects_while_its_round_closes_is_told_to_stop()
    {
        var agent = _story.Join(1);
        var round = _story.Begin();
        agent.Probe(agent.Hand[0]);
        agent.Disconnect();
        _story.Cluster.CancelRound(round.Briefing.Id);
        Assert.True(round.IsClosing);

        agent.Connect();

        Assert.Equal((round.Briefing.Id, 0, true), (agent.Link.Revoked[0].Round, agent.Link.Revoked[0].Shards.Count, agent.Link.Revoked[0].Cancel));
    }

    [Fact]
    public void A_batch_that_arrives_while_its_round_closes_still_counts()
    {
        var agent = _story.Join(1);
        var round = _story.Begin();
        agent.Probe(agent.Hand[0]);
        _story.Cluster.CancelRound(round.Briefing.Id);

        agent.ProbeAll();
        _story.Commit();

        Assert.Equal((1_000, 0), (OutcomeOf(round).Summary.Up, OutcomeOf(round).Summary.Unknown));
        Assert.Equal(agent.LastSequence, agent.Link.Acknowledged);
    }

    [Fact]
    public void A_round_that_the_store_cannot_close_is_closed_later_and_takes_no_more_results_meanwhile()
    {
        var agent = _story.Join(1);
        var round = _story.Begin();
        var probed = agent.Hand[0];
        agent.Probe(probed);
        _story.Commit();
        _story.Store.Trouble = "the disk is full; free some space";
        _story.Cluster.CancelRound(round.Briefing.Id);
        Assert.False(round.Finished.Task.IsCompleted);

        // Its targets are counted as unknown already.
        agent.ProbeAll();
        Assert.Equal(agent.LastSequence, agent.Link.Acknowledged);
        _story.Pass(1);
        Assert.False(round.Finished.Task.IsCompleted);
        _story.Store.Trouble = null;
        _story.Commit();
        _story.Pass(0.2);

        var outcome = OutcomeOf(round);
        Assert.Equal((1_000, probed.Shard.TargetCount), (outcome.Summary.Targets, outcome.Summary.Up));
        Assert.Equal(1_000, outcome.Tally.Targets);
        Assert.Single(_story.Store.ReadBatches(outcome.Round));
        Assert.Contains(_story.Warnings, warning => warning.Contains("the disk is full; free some space", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_jobs_share_an_agents_window()
    {
        var story = new ClusterStory(new ClusterOptions { Window = TimeSpan.FromSeconds(1) });
        var agent = story.Join(1, capacity: 400);
        var first = story.Begin(Job("first"));
        Assert.InRange(agent.HeldTargets, 351, 400);
        var held = agent.Hand.Count;

        var second = story.Begin(Job("second"));

        Assert.InRange(agent.Hand.Skip(held).Sum(lease => lease.Shard.TargetCount), 151, 200);
        story.Work();
        Assert.Equal((1_000, 1_000), (OutcomeOf(first).Summary.Up, OutcomeOf(second).Summary.Up));
    }

    [Fact]
    public void A_job_that_an_agent_may_not_probe_takes_nothing_of_its_window()
    {
        var story = new ClusterStory(new ClusterOptions { Window = TimeSpan.FromSeconds(1) });
        var agent = story.Join(1, capacity: 400);
        story.Begin(Job("elsewhere") with { Where = new Dictionary<string, string> { ["site"] = "paris" } });

        story.Begin();

        Assert.InRange(agent.HeldTargets, 351, 400);
    }

    [Fact]
    public void Progress_counts_what_is_durable()
    {
        var agent = _story.Join(1);
        var round = _story.Begin();
        agent.Probe(agent.Hand[0]);
        Assert.Equal((1_000, 0), (round.Progress().Targets, round.Progress().Done));

        _story.Commit();

        Assert.Equal(round.Progress().Up, round.Progress().Done);
        Assert.InRange(round.Progress().Done, 1, 50);
    }
}
