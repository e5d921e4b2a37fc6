using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Tests.Membership;
using static FpingCluster.Coordinator.Tests.Jobs.ClusterStory;

namespace FpingCluster.Coordinator.Tests.Jobs;

/// <summary>Two boots with one identity: a restart whose old session is half-open, or a copied identity.</summary>
public sealed class ClusterIdentityTests
{
    private static readonly AgentIntroduction Original = Introductions.Agent(1) with { Peer = "10.0.0.1" };

    private readonly ClusterStory _story = new();

    [Fact]
    public void Copy_of_a_live_agent_is_told_within_two_seconds_and_the_original_does_not_notice()
    {
        var original = _story.Join(Original);
        var round = _story.Begin();
        var held = original.Hand.ToList();
        var copy = _story.Join(Original.Restarted() with { Name = "clone", Peer = "10.0.0.2" });
        Assert.False(copy.Link.IsWelcomed);

        _story.Pass(2);

        Assert.StartsWith("another agent with this identity is connected ('a1', 10.0.0.1): ", copy.Link.Refused, StringComparison.Ordinal);
        Assert.Null(original.Link.ClosedBecause);
        Assert.Equal(held, original.Hand);
        Assert.Contains(_story.Warnings, warning => warning.StartsWith("Agent clone from 10.0.0.2 has the identity of agent a1 from 10.0.0.1", StringComparison.Ordinal));
        copy.TakeNewIdentity(Introductions.Agent(9).Id);
        Assert.True(copy.Link.IsWelcomed);
        _story.Pass(10);
        Assert.Equal(2, _story.Cluster.Roster.Agents.Count);
        Assert.All([original, copy], agent => Assert.Null(agent.Link.ClosedBecause));
        _story.Work();
        Assert.Equal(1_000, OutcomeOf(round).Summary.Up);
    }

    [Fact]
    public void Restart_whose_old_session_is_half_open_is_welcomed_once_that_is_silent_for_the_grace()
    {
        var agent = _story.Join(Original);
        var round = _story.Begin();
        var before = agent.Hand.ToDictionary(lease => lease.Key.Shard, lease => lease.Key.Epoch.Value);
        // The host lost its power: nobody closed the connection.
        var halfOpen = agent.Link;
        agent.IsFrozen = true;
        agent.Restart();

        _story.Pass(2.8);
        Assert.False(agent.Link.IsWelcomed);
        _story.Pass(0.6);

        Assert.True(agent.Link.IsWelcomed);
        Assert.Null(agent.Link.Refused);
        Assert.NotNull(halfOpen.ClosedBecause);
        agent.IsFrozen = false;
        Assert.Equal(before.Count, agent.Hand.Count);
        Assert.All(agent.Hand, lease => Assert.True(lease.Key.Epoch.Value > before[lease.Key.Shard]));
        _story.Work();
        Assert.Equal(1_000, OutcomeOf(round).Summary.Up);
    }

    [Fact]
    public void Restart_is_welcomed_as_soon_as_its_old_session_ends()
    {
        var agent = _story.Join(Original);
        var old = agent.Link;
        agent.Restart();
        Assert.False(agent.Link.IsWelcomed);

        _story.Cluster.AgentLeft(agent.Id, old, "the connection broke");

        Assert.True(agent.Link.IsWelcomed);
        Assert.Single(_story.Cluster.Roster.Agents);
    }

    [Fact]
    public void Words_that_were_on_their_way_when_the_old_boot_died_do_not_make_the_restart_a_copy()
    {
        var agent = _story.Join(Original);
        var old = agent.Link;
        agent.IsFrozen = true;
        agent.Restart();

        _story.Pass(0.8);
        _story.Cluster.AgentHeard(agent.Id, old, AgentLoad.None);
        Assert.Null(agent.Link.Refused);
        _story.Pass(3.2);

        Assert.True(agent.Link.IsWelcomed);
    }

    [Fact]
    public void Frozen_original_that_wakes_after_its_copy_took_its_place_is_the_one_that_is_told()
    {
        var original = _story.Join(Original);
        var copy = _story.Join(Original.Restarted() with { Name = "clone" });
        original.IsFrozen = true;
        _story.Pass(4);
        Assert.True(copy.Link.IsWelcomed);

        original.IsFrozen = false;
        original.Connect();
        _story.Pass(2);

        Assert.NotNull(original.Link.Refused);
        Assert.Null(copy.Link.ClosedBecause);
    }

    [Fact]
    public void Copies_of_an_agent_that_is_gone_are_told_apart_from_each_other()
    {
        var original = _story.Join(Original);
        StoryAgent[] copies = [_story.Join(Original.Restarted()), _story.Join(Original.Restarted()), _story.Join(Original.Restarted())];

        original.Disconnect();
        Assert.True(copies[0].Link.IsWelcomed);
        _story.Pass(2);

        Assert.Null(copies[0].Link.Refused);
        Assert.All(copies[1..], copy => Assert.NotNull(copy.Link.Refused));
    }

    [Fact]
    public void Newcomer_that_breaks_off_while_it_waits_is_forgotten_and_may_come_again()
    {
        var original = _story.Join(Original);
        var copy = _story.Join(Original.Restarted());
        var first = copy.Link;
        copy.Connect();
        Assert.NotNull(first.ClosedBecause);
        copy.Disconnect();
        original.Disconnect();
        Assert.False(copy.Link.IsWelcomed);

        copy.Connect();

        Assert.True(copy.Link.IsWelcomed);
        Assert.Single(_story.Cluster.Roster.Agents);
    }

    [Fact]
    public void Original_that_reconnects_while_a_copy_waits_is_welcomed_at_once()
    {
        var original = _story.Join(Original);
        var copy = _story.Join(Original.Restarted());

        original.Connect();
        _story.Pass(2);

        Assert.True(original.Link.IsWelcomed);
        Assert.Null(original.Link.ClosedBecause);
        Assert.NotNull(copy.Link.Refused);
    }
}
