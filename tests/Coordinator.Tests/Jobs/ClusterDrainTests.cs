using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Tests.Membership;
using FpingCluster.Shared.Leases;
using static FpingCluster.Coordinator.Tests.Jobs.ClusterStory;

namespace FpingCluster.Coordinator.Tests.Jobs;

/// <summary>An operator asks an agent to leave.</summary>
public sealed class ClusterDrainTests
{
    private const string Reason = "maintenance";

    private readonly ClusterStory _story = new(new ClusterOptions { Window = TimeSpan.Zero });

    [Fact]
    public void Agent_asked_to_leave_finishes_what_it_has_begun_and_no_shard_is_probed_twice()
    {
        StoryAgent[] agents = [_story.Join(1), _story.Join(2), _story.Join(3)];
        var round = _story.Begin();
        var (leaving, held) = (agents[0], agents[0].Hand.ToList());

        var member = _story.Cluster.Drain(leaving.Id, Reason);

        Assert.Equal((AgentStatus.Draining, Reason), (member!.Status, leaving.Link.DrainReason));
        leaving.Probe(held[0]);
        leaving.Return(LeaseReturnReason.Draining, held[1..]);
        _story.Commit();
        _story.Pass(5);
        Assert.Empty(leaving.Hand);
        leaving.SayGoodbye();
        Assert.DoesNotContain(_story.Cluster.Roster.Agents, agent => agent.Introduction.Id == leaving.Id);
        _story.Work();
        Assert.Equal(1_000, OutcomeOf(round).Summary.Up);
        Assert.Equal(round.Briefing.Map.Shards.Count, agents.Sum(agent => (int)agent.LastSequence));
    }

    [Fact]
    public void Agent_whose_session_broke_before_it_heard_keeps_its_leases_and_is_asked_again()
    {
        var agent = _story.Join(1);
        _story.Join(2);
        _story.Begin();
        var held = agent.Hand.ToList();
        _story.Cluster.Drain(agent.Id, Reason);
        agent.Disconnect();
        _story.Pass(2.8);

        agent.Connect();
        _story.Pass(1);

        Assert.Equal(Reason, agent.Link.DrainReason);
        Assert.Equal(held, agent.Hand);
        Assert.Empty(agent.Link.Granted);
        Assert.Equal(AgentStatus.Draining, _story.Cluster.Roster.Find(agent.Id)!.Status);
    }

    [Fact]
    public void Agent_asked_between_two_sessions_hears_it_in_the_next()
    {
        var agent = _story.Join(1);
        agent.Disconnect();

        Assert.Equal(AgentStatus.Disconnected, _story.Cluster.Drain(agent.Id, Reason)!.Status);
        agent.Connect();

        Assert.Equal(Reason, agent.Link.DrainReason);
    }

    [Fact]
    public void Restarted_agent_may_join_again()
    {
        var agent = _story.Join(1);
        _story.Cluster.Drain(agent.Id, Reason);
        agent.SayGoodbye();

        agent.Restart();
        var round = _story.Begin();

        Assert.Null(agent.Link.DrainReason);
        _story.Work();
        Assert.Equal(1_000, OutcomeOf(round).Summary.Up);
    }

    [Fact]
    public void Agent_asked_twice_is_draining_once()
    {
        var agent = _story.Join(1);

        _story.Cluster.Drain(agent.Id, Reason);
        _story.Cluster.Drain(agent.Id, Reason);

        Assert.Single(_story.Logger.Entries, entry => entry.Message == "Agent a1 is draining");
    }

    [Fact]
    public void Unknown_agent_cannot_be_asked() => Assert.Null(_story.Cluster.Drain(Introductions.Agent(7).Id, Reason));
}
