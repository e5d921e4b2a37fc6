using FpingCluster.Coordinator.Jobs;
using FpingCluster.Shared.Leases;
using static FpingCluster.Coordinator.Tests.Jobs.ClusterStory;

namespace FpingCluster.Coordinator.Tests.Jobs;

/// <summary>How a round goes on after its coordinator was killed.</summary>
public sealed class ClusterResumeTests
{
    private readonly ClusterStory _story = new();

    [Fact]
    public void Only_shards_without_a_durable_result_are_leased_again()
    {
        var agent = _story.Join(1);
        var round = _story.Begin();
        var durable = ProbeSome(agent, 10);
        _story.Commit();
        ProbeSome(agent, 5);

        var resumed = Restart(round);
        agent.Restart();
        _story.Pass(3);

        Assert.Equal(Shards(round).Except(durable).ToHashSet(), agent.Hand.Select(lease => lease.Key.Shard).ToHashSet());
        _story.Work();
        var outcome = OutcomeOf(resumed);
        Assert.Equal((round.Briefing.Id, 1_000, 1_000L), (outcome.Round, outcome.Summary.Up, outcome.Summary.Sent));
        Assert.Equal("a1", Assert.Single(outcome.Summary.Agents.Select(share => share.Name).Distinct()));
        Assert.Equal(Shards(round), _story.Store.ReadBatches(outcome.Round).Select(batch => batch.Shard));
    }

    [Fact]
    public void Agents_go_on_with_what_they_hold_and_nothing_is_probed_twice()
    {
        var agents = new[] { _story.Join(1), _story.Join(2) };
        var round = _story.Begin();
        var held = agents.Select(agent => agent.Hand.ToList()).ToList();

        var resumed = Restart(round);
        _story.Pass(1);
        Array.ForEach(agents, agent => agent.Connect());
        _story.Pass(10);

        Assert.Equal(held, agents.Select(agent => agent.Hand.ToList()));
        Assert.All(agents, agent => Assert.Empty(agent.Link.Granted));
        Assert.DoesNotContain(agents.SelectMany(agent => agent.Link.Revoked), revoked => revoked.Cancel);
        _story.Work();
        Assert.Equal(1_000, OutcomeOf(resumed).Summary.Up);
    }

    [Fact]
    public void What_was_not_committed_is_sent_again_and_what_was_counts_once()
    {
        var agent = _story.Join(1);
        var round = _story.Begin();
        ProbeSome(agent, 10);
        _story.Commit();
        agent.ProbeAll();

        var resumed = Restart(round);
        agent.Connect();
        agent.ResendUnacknowledged();
        _story.Commit();

        Assert.Equal((1_000, 1_000L), (OutcomeOf(resumed).Summary.Up, OutcomeOf(resumed).Summary.Sent));
        Assert.Equal(agent.LastSequence, agent.Link.Acknowledged);
        Assert.Empty(agent.Link.Granted);
    }

    [Fact]
    public void Nothing_is_leased_before_agents_had_time_to_come_back()
    {
        var holder = _story.Join(1);
        var round = _story.Begin();
        var held = holder.Hand.ToList();

        Restart(round);
        var first = _story.Join(2);
        _story.Pass(2.8);
        Assert.Empty(first.Hand);
        holder.Connect();
        _story.Pass(5);

        Assert.Equal(held, holder.Hand);
        // It is idle and asks for what the other has not begun, but nobody has given it anything.
        Assert.Empty(first.Hand);
    }

    [Fact]
    public void The_wait_for_agents_begins_with_the_first_that_is_back()
    {
        var round = _story.Begin();
        Restart(round);
        _story.Pass(10);

        var agent = _story.Join(1);
        _story.Pass(2.8);
        Assert.Empty(agent.Hand);
        _story.Pass(0.4);

        Assert.Equal(Shards(round).Count, agent.Hand.Count);
    }

    [Fact]
    public void What_nobody_brings_back_is_leased_after_the_grace_and_its_late_holder_is_told_to_stop()
    {
        var holder = _story.Join(1);
        var round = _story.Begin();

        var resumed = Restart(round);
        var other = _story.Join(2);
        _story.Pass(3);
        Assert.Equal(Shards(round).Count, other.Hand.Count);
        holder.Connect();

        Assert.Equal(Shards(round).ToHashSet(), Assert.Single(holder.Link.Revoked, revoked => revoked.Cancel).Shards.ToHashSet());
        holder.ProbeAll();
        Assert.Equal(holder.LastSequence, holder.Link.Acknowledged);
        other.ProbeAll();
        _story.Commit();
        Assert.Equal("a2", Assert.Single(OutcomeOf(resumed).Summary.Agents).Name);
    }

    [Fact]
    public void An_agent_lost_after_the_restart_loses_what_it_brought()
    {
        var agent = _story.Join(1);
        var round = _story.Begin();
        var resumed = Restart(round);
        agent.Connect();
        var other = _story.Join(2);

        agent.IsFrozen = true;
        _story.Pass(4);
        Assert.Equal(Shards(round).Count, other.Hand.Count);
        _story.Work();

        Assert.Equal("a2", Assert.Single(OutcomeOf(resumed).Summary.Agents).Name);
    }

    [Fact]
    public void Deadline_and_duration_count_from_the_rounds_real_start()
    {
        var round = _story.Begin(deadline: TimeSpan.FromSeconds(60));
        _story.Pass(20);
        _story.Time.Advance(TimeSpan.FromSeconds(10));

        var resumed = Restart(round);
        _story.Pass(29.8);
        Assert.False(resumed.Finished.Task.IsCompleted);
        _story.Pass(0.2);

        Assert.Equal((TimeSpan.FromSeconds(60), 1_000), (OutcomeOf(resumed).Summary.Duration, OutcomeOf(resumed).Summary.Unknown));
        Assert.Equal(round.StartedAt, resumed.StartedAt);
    }

    [Fact]
    public void A_round_without_a_deadline_is_not_given_up_because_its_coordinator_was_away_for_long()
    {
        var round = _story.Begin();
        _story.Time.Advance(TimeSpan.FromHours(5));

        var resumed = Restart(round);
        _story.Join(1);
        _story.Pass(10);
        _story.Work();

        Assert.Equal(1_000, OutcomeOf(resumed).Summary.Up);
        Assert.InRange(OutcomeOf(resumed).Summary.PingsPerSecond, 0.05, 0.06);
    }

    [Fact]
    public void An_expected_round_hears_its_agents_but_neither_leases_nor_ends_before_it_is_run()
    {
        var agent = _story.Join(1);
        var round = _story.Begin(deadline: TimeSpan.FromSeconds(60));
        agent.ProbeAll();

        var resumed = _story.Restart(round);
        agent.Connect();
        agent.ResendUnacknowledged();
        var idle = _story.Join(2);
        _story.Commit();
        _story.Pass(100);
        Assert.Equal((1_000, false), (resumed.Progress().Up, resumed.Finished.Task.IsCompleted));
        Assert.Empty(idle.Hand);

        _story.Cluster.BeginRound(resumed);
        _story.Pass(0.2);

        Assert.Equal(1_000, OutcomeOf(resumed).Summary.Up);
    }

    [Fact]
    public void A_round_that_had_only_to_be_closed_closes_at_once()
    {
        var agent = _story.Join(1);
        var round = _story.Begin();
        agent.ProbeAll();
        _story.Commit(heard: false);

        var resumed = Restart(round);
        _story.Pass(0.2);

        Assert.Equal(1_000, OutcomeOf(resumed).Summary.Up);
    }

    [Fact]
    public void A_round_survives_restart_after_restart()
    {
        var agents = new[] { _story.Join(1), _story.Join(2), _story.Join(3) };
        var round = _story.Begin();
        for (var restart = 0; restart < 5; restart++)
        {
            foreach (var agent in agents)
            {
                ProbeSome(agent, 2);
            }

            if (restart % 2 == 0)
            {
                _story.Commit();
            }

            round = Restart(round);
            foreach (var agent in agents.Skip(restart % 2))
            {
                agent.Connect();
                agent.ResendUnacknowledged();
            }

            _story.Pass(restart);
        }

        Array.ForEach(agents, agent => agent.Connect());
        _story.Pass(3);
        foreach (var agent in agents)
        {
            agent.ResendUnacknowledged();
            agent.ObeyRevokes();
        }

        _story.Work();
        var summary = OutcomeOf(round).Summary;
        Assert.Equal((1_000, 1_000, 1_000L), (summary.Targets, summary.Up, summary.Sent));
    }

    private static IReadOnlyList<ShardId> Shards(ActiveRound round) => [.. round.Briefing.Map.Shards.Select(shard => shard.Id)];

    private static List<ShardId> ProbeSome(StoryAgent agent, int count)
    {
        var leases = agent.Hand.Take(count).ToList();
        leases.ForEach(agent.Probe);
        return [.. leases.Select(lease => lease.Key.Shard)];
    }

    private ActiveRound Restart(ActiveRound round)
    {
        var resumed = _story.Restart(round);
        _story.Cluster.BeginRound(resumed);
        return resumed;
    }
}
