using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Tests.Membership;
using FpingCluster.Shared.Leases;
using static FpingCluster.Coordinator.Tests.Jobs.ClusterStory;

namespace FpingCluster.Coordinator.Tests.Jobs;

/// <summary>Agents come, go, fall silent and come back while a round runs.</summary>
public sealed class ClusterAgentTests
{
    private readonly ClusterStory _story = new();

    [Fact]
    public void Three_agents_do_a_round()
    {
        StoryAgent[] agents = [_story.Join(1), _story.Join(2), _story.Join(3)];
        var round = _story.Begin();
        Assert.All(agents, agent => Assert.InRange(agent.HeldTargets, 200, 400));

        _story.Work();

        var outcome = OutcomeOf(round);
        Assert.Equal((1_000, 1_000, 0, 0), (outcome.Summary.Targets, outcome.Summary.Up, outcome.Summary.Down, outcome.Summary.Unknown));
        Assert.Equal(["a1", "a2", "a3"], outcome.Summary.Agents.Select(share => share.Name));
        Assert.Equal(round.Briefing.Map.Shards.Count, _story.Store.ReadBatches(outcome.Round).Count());
        Assert.Equal(outcome.Summary, _story.Store.FindRound(outcome.Round)!.Summary);
        Assert.All(agents, agent => Assert.Equal(agent.LastSequence, agent.Link.Acknowledged));
    }

    [Fact]
    public void A_silent_agents_shards_go_to_the_others_and_what_it_sends_later_is_refused_and_acknowledged()
    {
        StoryAgent[] agents = [_story.Join(1), _story.Join(2), _story.Join(3)];
        var round = _story.Begin();
        var frozen = agents[2];
        var lost = frozen.Hand.ToDictionary(lease => lease.Key.Shard);
        frozen.IsFrozen = true;

        _story.Pass(3.0);
        Assert.Null(frozen.Link.ClosedBecause);
        _story.Pass(0.2);
        Assert.NotNull(frozen.Link.ClosedBecause);
        var moved = agents[..2].SelectMany(agent => agent.Hand).Where(lease => lost.ContainsKey(lease.Key.Shard)).ToList();
        Assert.Equal(lost.Count, moved.Count);
        Assert.All(moved, lease => Assert.True(lease.Key.Epoch.Value > lost[lease.Key.Shard].Key.Epoch.Value));
        Assert.Contains(_story.Logger.Entries, entry => entry.Message == $"Of {lost.Count} shards that agent {frozen.Name} held, {lost.Count} are leased again, 3.2 s after its last word");

        // Woken, it sends on the session it believes in, then opens another.
        frozen.IsFrozen = false;
        frozen.ProbeAll();
        frozen.Connect();
        frozen.ResendUnacknowledged();
        Assert.Equal(frozen.LastSequence, frozen.Link.Acknowledged);
        Assert.Equal(lost.Count, round.Merger.Refused);

        _story.Work();
        Assert.Equal(1_000, OutcomeOf(round).Summary.Up);
        Assert.DoesNotContain(OutcomeOf(round).Summary.Agents, share => share.Name == frozen.Name);
    }

    [Fact]
    public void An_agent_that_comes_back_after_its_leases_went_to_others_is_told_to_stop()
    {
        var agent = _story.Join(1);
        _story.Join(2);
        var round = _story.Begin();
        var held = agent.Hand.Select(lease => lease.Key.Shard).ToList();
        agent.IsFrozen = true;
        _story.Pass(4);

        agent.Connect();

        var (revoked, shards, cancel) = Assert.Single(agent.Link.Revoked);
        Assert.Equal((round.Briefing.Id, true), (revoked, cancel));
        Assert.Equal(held, shards);
    }

    [Fact]
    public void An_agent_that_reconnects_within_the_grace_keeps_its_leases_and_no_shard_is_granted_twice()
    {
        var agent = _story.Join(1);
        var other = _story.Join(2);
        var round = _story.Begin();
        var held = agent.Hand.ToList();
        agent.Disconnect();
        _story.Pass(2.8);

        agent.Connect();
        _story.Pass(10);

        Assert.Equal(held, agent.Hand);
        Assert.Empty(agent.Link.Granted);
        Assert.Equal(round.Briefing.Map.Shards.Count, held.Count + other.Hand.Count);
        Assert.DoesNotContain(agent.Link.Revoked, revoked => revoked.Cancel);
        _story.Work();
        Assert.Equal(1_000, OutcomeOf(round).Summary.Up);
    }

    [Fact]
    public void An_agent_that_reconnects_sends_its_batches_again_and_none_counts_twice()
    {
        var agent = _story.Join(1);
        var round = _story.Begin();
        agent.ProbeAll();
        agent.Disconnect();
        agent.Connect();
        agent.ResendUnacknowledged();
        Assert.Equal(0ul, agent.Link.Acknowledged);

        _story.Commit();

        Assert.Equal(agent.LastSequence, agent.Link.Acknowledged);
        Assert.Equal((1_000, 1_000), (OutcomeOf(round).Summary.Targets, OutcomeOf(round).Summary.Up));
    }

    [Fact]
    public void A_lease_that_was_lost_with_the_session_is_granted_again()
    {
        var agent = _story.Join(1);
        var round = _story.Begin();
        // The connection broke before the grant arrived: the agent reconnects holding nothing.
        agent.Link.Granted.Clear();
        agent.Disconnect();

        agent.Connect();

        Assert.Equal(round.Briefing.Map.Shards.Count, agent.Hand.Count);
        _story.Work();
        Assert.Equal(1_000, OutcomeOf(round).Summary.Up);
    }

    [Fact]
    public void A_restarted_agent_loses_the_leases_of_its_ended_session_at_once()
    {
        var agent = _story.Join(1);
        var round = _story.Begin();
        var before = agent.Hand.ToDictionary(lease => lease.Key.Shard, lease => lease.Key.Epoch.Value);

        agent.Disconnect();
        agent.Restart();
        _story.Pass(0.2);

        Assert.Equal(before.Count, agent.Hand.Count);
        Assert.All(agent.Hand, lease => Assert.True(lease.Key.Epoch.Value > before[lease.Key.Shard]));
        Assert.Contains(_story.Warnings, warning => warning.Contains("a1 was restarted", StringComparison.Ordinal));
        _story.Work();
        Assert.Equal(1_000, OutcomeOf(round).Summary.Up);
    }

    [Fact]
    public void A_second_session_closes_the_first_whose_end_then_means_nothing()
    {
        var agent = _story.Join(1);
        _story.Begin();
        var first = agent.Link;
        agent.Connect();
        Assert.NotNull(first.ClosedBecause);

        _story.Cluster.AgentLeft(agent.Id, first, "it was closed");
        _story.Pass(5);

        Assert.Null(agent.Link.ClosedBecause);
        Assert.Single(_story.Cluster.Roster.Agents);
    }

    [Fact]
    public void A_late_joiner_gets_its_part_of_what_waits()
    {
        var story = new ClusterStory(new ClusterOptions { Window = TimeSpan.Zero });
        story.Join(1);
        var round = story.Begin();
        var late = story.Join(2);

        story.Pass(0.2);

        Assert.InRange(late.HeldTargets, 1, 100);
        story.Work();
        Assert.Equal(["a1", "a2"], OutcomeOf(round).Summary.Agents.Select(share => share.Name));
    }

    [Fact]
    public void A_late_joiner_takes_over_what_a_busy_agent_holds_and_has_not_begun()
    {
        var busy = _story.Join(1);
        var round = _story.Begin();
        var all = busy.Hand.Count;
        var late = _story.Join(2);

        _story.Pass(0.2);
        var (_, asked, cancel) = Assert.Single(busy.Link.Revoked);
        Assert.False(cancel);
        busy.ObeyRevokes();

        Assert.Equal(asked, late.Hand.Select(lease => lease.Key.Shard));
        Assert.Equal(all, busy.Hand.Count + late.Hand.Count);
        _story.Work();
        Assert.Equal(1_000, OutcomeOf(round).Summary.Up);
    }

    [Fact]
    public void A_draining_agent_finishes_or_returns_what_it_holds_and_gets_nothing_more()
    {
        var story = new ClusterStory(new ClusterOptions { Window = TimeSpan.Zero });
        var agent = story.Join(1);
        var other = story.Join(2);
        var round = story.Begin();
        var held = agent.Hand.ToList();

        story.Cluster.AgentDraining(agent.Id, agent.Link);
        agent.Probe(held[0]);
        agent.Return(LeaseReturnReason.Draining, held[1..]);
        story.Commit();
        story.Pass(1);
        Assert.Empty(agent.Hand);
        agent.Disconnect();

        // It said goodbye: nobody waits for the grace.
        Assert.Equal(other.Id, Assert.Single(story.Cluster.Roster.Agents).Introduction.Id);
        story.Work();
        Assert.Equal(1_000, OutcomeOf(round).Summary.Up);
    }

    [Fact]
    public void A_return_because_of_draining_makes_the_agent_draining()
    {
        var agent = _story.Join(1);
        var round = _story.Begin();

        agent.Return(LeaseReturnReason.Draining, [.. agent.Hand]);
        _story.Pass(1);

        Assert.Empty(agent.Hand);
        _story.Join(2);
        _story.Pass(1);
        _story.Work();
        Assert.Equal("a2", Assert.Single(OutcomeOf(round).Summary.Agents).Name);
    }

    [Fact]
    public void What_one_broken_engine_cannot_probe_another_agent_does()
    {
        var broken = _story.Join(1);
        _story.Join(2);
        var round = _story.Begin();
        for (var tick = 0; tick < 20; tick++)
        {
            broken.Return(LeaseReturnReason.EngineFailed, [.. broken.Hand]);
            _story.Pass(0.2);
        }

        broken.Return(LeaseReturnReason.EngineFailed, [.. broken.Hand]);
        broken.IsFrozen = true;
        _story.Work();
        _story.Pass(5);
        _story.Work();

        Assert.Equal((1_000, 0), (OutcomeOf(round).Summary.Up, OutcomeOf(round).Summary.Unknown));
    }

    [Fact]
    public void What_no_engine_can_probe_is_given_up_and_unknown()
    {
        var agent = _story.Join(1);
        var round = _story.Begin();
        for (var tries = 0; tries < 5; tries++)
        {
            Assert.False(round.Finished.Task.IsCompleted);
            agent.Return(LeaseReturnReason.EngineFailed, [.. agent.Hand]);
        }

        Assert.Equal((0, 1_000), (OutcomeOf(round).Summary.Up, OutcomeOf(round).Summary.Unknown));
        Assert.Contains(_story.Warnings, warning => warning.Contains("no engine", StringComparison.Ordinal));
    }

    [Fact]
    public void A_missing_content_is_sent_again()
    {
        var agent = _story.Join(1);
        var round = _story.Begin();
        var lease = agent.Hand[0];

        agent.Return(LeaseReturnReason.ContentMissing, [lease]);

        Assert.Equal([lease.Shard.Content], agent.Link.Forgotten);
        Assert.Contains(agent.Hand, again => again.Shard == lease.Shard);
        _story.Work();
        Assert.Equal(1_000, OutcomeOf(round).Summary.Up);
    }

    [Fact]
    public void Agents_without_the_labels_a_job_asks_for_get_none_of_it()
    {
        var here = _story.Join(Introductions.Agent(1) with { Labels = new Dictionary<string, string> { ["site"] = "berlin" } });
        var elsewhere = _story.Join(Introductions.Agent(2) with { Labels = new Dictionary<string, string> { ["site"] = "paris" } });
        var round = _story.Begin(Job() with { Where = new Dictionary<string, string> { ["site"] = "berlin" } });

        _story.Pass(1);
        Assert.Empty(elsewhere.Hand);
        Assert.Equal(1_000, here.HeldTargets);

        // Not even when nobody else is left.
        here.IsFrozen = true;
        _story.Pass(10);
        Assert.Empty(elsewhere.Hand);
        Assert.False(round.Finished.Task.IsCompleted);
    }

    [Fact]
    public void Agents_without_the_engine_a_job_asks_for_get_none_of_it()
    {
        var agent = _story.Join(1);
        var job = Job();
        _story.Begin(job with { Probe = job.Probe with { Engine = FpingCluster.Shared.Configuration.EngineKind.Simulated } });

        _story.Pass(1);

        Assert.Empty(agent.Hand);
    }

    [Fact]
    public void DrainAll_asks_every_connected_agent()
    {
        var agent = _story.Join(1);
        _story.Join(2).Disconnect();

        _story.Cluster.DrainAll("the run is over");

        Assert.Equal("the run is over", agent.Link.DrainReason);
    }
}
