using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Tests.Membership;
using FpingCluster.Shared.Targets;
using static FpingCluster.Coordinator.Tests.Jobs.ClusterStory;

namespace FpingCluster.Coordinator.Tests.Jobs;

/// <summary>The sum of what agents were told to send, and who is told.</summary>
public sealed class ClusterRateTests
{
    private const double HeartbeatAndTick = 0.4;

    private readonly ClusterStory _story = new(new ClusterOptions { Rate = 900 });

    [Fact]
    public void A_newcomers_share_is_taken_from_the_others_before_it_is_given()
    {
        var first = _story.Join(1);
        Assert.Equal([900], first.Link.Budgets);

        var second = _story.Join(2, capacity: 500);
        Assert.Equal([900, 599], first.Link.Budgets);
        Assert.Empty(second.Link.Budgets);
        _story.Pass(HeartbeatAndTick);

        Assert.Equal([900, 599], first.Link.Budgets);
        Assert.Equal([300], second.Link.Budgets);
    }

    [Fact]
    public void A_newcomer_gets_nothing_of_what_a_silent_agent_has_not_given_up()
    {
        var silent = _story.Join(1);
        var other = _story.Join(2);
        _story.Pass(1);
        silent.IsFrozen = true;

        var newcomer = _story.Join(3);
        _story.Pass(2.8);

        Assert.Equal(300, silent.Link.Budgets[^1]);
        Assert.Equal([450, 300], other.Link.Budgets);
        Assert.Equal([150], newcomer.Link.Budgets);
    }

    [Fact]
    public void Without_a_limit_everybody_is_told_at_once()
    {
        var story = new ClusterStory();

        Assert.Equal([1_000], story.Join(1).Link.Budgets);
        Assert.Equal([1_000], story.Join(2).Link.Budgets);
    }

    [Fact]
    public void An_agent_that_does_not_confirm_is_taken_to_obey_at_once()
    {
        _story.Join(Introductions.Agent(1) with { ConfirmsBudgets = false });

        Assert.Equal([450], _story.Join(2).Link.Budgets);
    }

    [Fact]
    public void Nobody_is_told_more_than_the_limit_of_one_agent()
    {
        var story = new ClusterStory(new ClusterOptions { PerAgent = 200 });

        Assert.Equal([200], story.Join(1).Link.Budgets);
    }

    [Fact]
    public void A_budget_runs_out_in_silence_where_the_rate_is_limited_and_nowhere_else()
    {
        Assert.Equal(TimeSpan.FromSeconds(30), _story.Join(1).Link.BudgetTerm);
        Assert.Equal(TimeSpan.Zero, new ClusterStory().Join(1).Link.BudgetTerm);
    }

    [Fact]
    public void A_draining_agent_keeps_its_share_until_it_has_said_goodbye()
    {
        var (staying, draining) = JoinTwo();

        _story.Cluster.AgentDraining(draining.Id, draining.Link);
        Assert.Equal(450, staying.Link.Budgets[^1]);
        draining.SayGoodbye();

        Assert.Equal(900, staying.Link.Budgets[^1]);
    }

    [Fact]
    public void A_lost_agents_share_is_free_when_its_budget_has_run_out()
    {
        var (staying, lost) = JoinTwo();
        lost.Disconnect();

        _story.Pass(3 + 45);
        Assert.Equal(450, staying.Link.Budgets[^1]);
        _story.Pass(0.4);

        Assert.Equal(900, staying.Link.Budgets[^1]);
    }

    [Fact]
    public void A_lost_agents_share_is_its_own_when_it_comes_back()
    {
        var (staying, lost) = JoinTwo();
        lost.IsFrozen = true;
        _story.Pass(10);

        lost.IsFrozen = false;
        lost.Connect();
        _story.Pass(60);

        Assert.Equal([900, 450], staying.Link.Budgets);
        Assert.Equal([450], lost.Link.Budgets);
    }

    [Fact]
    public void An_agent_started_again_has_its_share_at_once()
    {
        var (_, restarted) = JoinTwo();
        restarted.Disconnect();

        restarted.Restart();

        Assert.Equal([450], restarted.Link.Budgets);
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
        _story.Pass(1);

        var round = _story.Begin(rateCap: 2);
        _story.Pass(5);

        Assert.NotEmpty(agents[0].Hand);
        Assert.NotEmpty(agents[1].Hand);
        Assert.Empty(agents[2].Hand);
        agents[0].IsFrozen = true;
        _story.Pass(50);
        Assert.NotEmpty(agents[2].Hand);
        _story.Work();
        Assert.Equal(1_000, OutcomeOf(round).Summary.Up);
    }

    [Fact]
    public void An_agent_that_loses_its_share_is_told_to_send_nothing_and_what_it_had_goes_to_others()
    {
        StoryAgent[] agents = [_story.Join(1), _story.Join(2), _story.Join(3)];
        _story.Pass(1);
        var round = _story.Begin();
        Assert.All(agents, agent => Assert.NotEmpty(agent.Hand));
        var last = agents[2];

        _story.Begin(Job("other"), rateCap: 2);
        Assert.Equal(0, last.Link.Budgets[^1]);
        Assert.Contains(last.Link.Revoked, revoked => revoked == (round.Briefing.Id, revoked.Shards, true) && revoked.Shards.Count == 0);
        last.ObeyRevokes();
        Assert.Empty(last.Hand);
        _story.Work();

        Assert.Equal(1_000, OutcomeOf(round).Summary.Up);
    }

    [Fact]
    public void An_agent_that_comes_when_nothing_is_left_is_told_to_send_nothing()
    {
        _story.Join(1);
        _story.Join(2);
        _story.Pass(1);
        _story.Begin(rateCap: 2);

        Assert.Equal([0], _story.Join(3).Link.Budgets);
    }

    [Fact]
    public void Each_agent_is_told_its_part_of_what_a_prefix_may_get()
    {
        var story = new ClusterStory(new ClusterOptions { Rate = 900, PerPrefix = new PrefixLimit { Rate = 30, IPv4 = 24, IPv6 = 56 } });
        var first = story.Join(1);
        Assert.Equal(new PrefixRate(24, 56, 30), first.Link.PerPrefix);
        var second = story.Join(2, capacity: 500);
        story.Pass(HeartbeatAndTick);

        Assert.Equal(30, first.Link.PerPrefix!.Value.PingsPerSecond + second.Link.PerPrefix!.Value.PingsPerSecond, tolerance: 0.1);
        Assert.Equal(30 * 599 / 900.0, first.Link.PerPrefix!.Value.PingsPerSecond);
    }

    [Fact]
    public void An_agents_part_of_a_prefix_follows_the_limit_though_its_own_budget_stays()
    {
        var story = new ClusterStory(new ClusterOptions { PerPrefix = new PrefixLimit { Rate = 30 } });
        var agent = story.Join(1, capacity: 100);
        Assert.Null(agent.Link.PerPrefix);

        story.Begin(rateCap: 1_000);
        Assert.Equal(3, agent.Link.PerPrefix!.Value.PingsPerSecond);
        story.Begin(Job("denser"), rateCap: 500);

        Assert.Equal(6, agent.Link.PerPrefix!.Value.PingsPerSecond);
        Assert.Equal(100, agent.Link.Budgets[^1]);
    }

    [Fact]
    public void After_a_restart_each_agent_goes_on_with_its_share_and_a_newcomer_gets_a_part_of_theirs()
    {
        var (first, second) = JoinTwo();
        _story.Restart(_story.Begin());

        first.Connect();
        Assert.Equal([450], first.Link.Budgets);
        var newcomer = _story.Join(3);
        _story.Pass(HeartbeatAndTick);
        Assert.Equal([450, 225], first.Link.Budgets);
        Assert.Equal([225], newcomer.Link.Budgets);
        second.Connect();
        _story.Pass(2 * HeartbeatAndTick);

        Assert.All([first, second, newcomer], agent => Assert.Equal(300, agent.Link.Budgets[^1]));
    }

    [Fact]
    public void After_a_restart_what_nobody_brings_back_is_free_when_the_budgets_have_run_out()
    {
        var (first, _) = JoinTwo();
        var round = _story.Begin();
        _story.Restart(round);
        first.Connect();

        _story.Pass(44.8);
        Assert.Equal([450], first.Link.Budgets);
        _story.Pass(0.2);

        Assert.Equal([450, 900], first.Link.Budgets);
    }

    [Fact]
    public void A_coordinator_that_found_no_unfinished_round_gives_all_at_once()
    {
        Assert.Empty(_story.Store.ReadUnfinishedRounds());

        Assert.Equal([900], _story.Join(1).Link.Budgets);
    }

    private (StoryAgent First, StoryAgent Second) JoinTwo()
    {
        var agents = (_story.Join(1), _story.Join(2));
        _story.Pass(HeartbeatAndTick);
        Assert.Equal([450], agents.Item2.Link.Budgets);
        return agents;
    }
}
