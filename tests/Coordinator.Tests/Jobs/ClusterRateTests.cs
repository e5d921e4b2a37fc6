using FpingCluster.Coordinator.Jobs;
using static FpingCluster.Coordinator.Tests.Jobs.ClusterStory;

namespace FpingCluster.Coordinator.Tests.Jobs;

/// <summary>The sum of what agents were told to send, and who is told.</summary>
public sealed class ClusterRateTests
{
    private readonly ClusterStory _story = new(new ClusterOptions { Rate = 900 });

    [Fact]
    public void Agents_share_the_rate_and_the_lower_budget_is_told_first()
    {
        var first = _story.Join(1);
        Assert.Equal([900], first.Link.Budgets);

        var second = _story.Join(2, capacity: 500);

        Assert.Equal([900, 599], first.Link.Budgets);
        Assert.Equal([300], second.Link.Budgets);
    }

    [Fact]
    public void Nobody_is_told_more_than_the_limit_of_one_agent()
    {
        var story = new ClusterStory(new ClusterOptions { PerAgent = 200 });

        Assert.Equal([200], story.Join(1).Link.Budgets);
    }

    [Fact]
    public void A_draining_agent_keeps_its_share_until_it_is_gone()
    {
        var staying = _story.Join(1);
        var draining = _story.Join(2);

        _story.Cluster.AgentDraining(draining.Id, draining.Link);
        Assert.Equal(450, staying.Link.Budgets[^1]);
        draining.Disconnect();

        Assert.Equal(900, staying.Link.Budgets[^1]);
    }

    [Fact]
    public void An_agent_between_two_sessions_keeps_its_share_until_it_is_lost()
    {
        var staying = _story.Join(1);
        _story.Join(2).Disconnect();
        _story.Pass(2);
        Assert.Equal(450, staying.Link.Budgets[^1]);

        _story.Pass(2);

        Assert.Equal(900, staying.Link.Budgets[^1]);
    }

    [Fact]
    public void A_new_session_is_told_the_budget_again()
    {
        var agent = _story.Join(1);
        agent.Disconnect();

        agent.Connect();

        Assert.Equal([900], agent.Link.Budgets);
    }

    [Fact]
    public void A_rounds_own_limit_holds_while_it_runs()
    {
        var agent = _story.Join(1);
        var round = _story.Begin(rateCap: 50);
        Assert.Equal([900, 50], agent.Link.Budgets);

        _story.Work();

        Assert.True(round.Finished.Task.IsCompleted);
        Assert.Equal([900, 50, 900], agent.Link.Budgets);
    }

    [Fact]
    public void An_agent_for_which_no_ping_is_left_gets_no_shards()
    {
        StoryAgent[] agents = [_story.Join(1), _story.Join(2), _story.Join(3)];

        var round = _story.Begin(rateCap: 2);
        _story.Pass(5);

        Assert.NotEmpty(agents[0].Hand);
        Assert.NotEmpty(agents[1].Hand);
        Assert.Empty(agents[2].Hand);
        agents[0].IsFrozen = true;
        _story.Pass(5);
        Assert.NotEmpty(agents[2].Hand);
        _story.Work();
        Assert.Equal(1_000, OutcomeOf(round).Summary.Up);
    }
}
