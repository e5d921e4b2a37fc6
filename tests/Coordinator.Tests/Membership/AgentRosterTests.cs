using FpingCluster.Coordinator.Membership;
using FpingCluster.TestKit;
using static FpingCluster.Coordinator.Tests.Membership.Introductions;

namespace FpingCluster.Coordinator.Tests.Membership;

public sealed class AgentRosterTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly FakeTimeProvider _time = new();
    private readonly AgentRoster _roster;

    public AgentRosterTests() => _roster = new AgentRoster(_time);

    [Fact]
    public void Join_of_the_same_boot_is_the_same_agent_with_its_acks()
    {
        var first = _roster.Join(Agent(1), new RecordingLink(), out var lost);
        first.Acks.Settle(1);

        var again = _roster.Join(Agent(1), new RecordingLink(), out var lostAgain);

        Assert.Same(first, again);
        Assert.Equal((null, null), (lost, lostAgain));
        Assert.Equal(1ul, again.Acks.Acknowledged);
    }

    [Fact]
    public void Join_of_another_boot_is_a_new_agent_and_the_old_one_is_lost()
    {
        var first = _roster.Join(Agent(1), new RecordingLink(), out _);
        first.Acks.Settle(1);

        var restarted = _roster.Join(Agent(1).Restarted(), new RecordingLink(), out var lost);

        Assert.Same(first, lost);
        Assert.NotSame(first, restarted);
        Assert.Equal(0ul, restarted.Acks.Acknowledged);
        Assert.Same(restarted, Assert.Single(_roster.Agents));
    }

    [Fact]
    public void Join_forgets_the_budget_because_the_session_before_may_have_broken_before_it_arrived()
    {
        _roster.Join(Agent(1), new RecordingLink(), out _).Budget.Tell(1, 500, perPrefix: null, runsOut: false);

        Assert.Equal(0, _roster.Join(Agent(1), new RecordingLink(), out _).Budget.Told);
    }

    [Fact]
    public void SilentFor_names_who_was_not_heard_for_longer()
    {
        var silent = _roster.Join(Agent(1), new RecordingLink(), out _);
        var heard = _roster.Join(Agent(2), new RecordingLink(), out _);
        _time.Advance(Grace);
        _roster.Heard(heard);

        Assert.Empty(_roster.SilentFor(Grace, _time.GetTimestamp()));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Same(silent, Assert.Single(_roster.SilentFor(Grace, _time.GetTimestamp())));
    }

    [Fact]
    public void SilentFor_does_not_heed_the_wall_clock()
    {
        _roster.Join(Agent(1), new RecordingLink(), out _);
        _time.JumpWallClock(TimeSpan.FromHours(1));

        Assert.Empty(_roster.SilentFor(Grace, _time.GetTimestamp()));
    }

    [Fact]
    public void SilentFor_asks_about_the_moment_it_is_given_not_about_now()
    {
        _roster.Join(Agent(1), new RecordingLink(), out _);
        var asOf = _time.GetTimestamp();
        _time.Advance(Grace * 2);

        Assert.Empty(_roster.SilentFor(Grace, asOf));
    }

    [Fact]
    public void TakingShards_are_connected_agents_with_a_budget_by_id()
    {
        foreach (var number in new[] { 3, 1, 2, 5, 4 })
        {
            _roster.Join(Agent(number), new RecordingLink(), out _).Budget.Tell(1, 10, perPrefix: null, runsOut: false);
        }

        _roster.Find(Agent(2).Id)!.Budget.Tell(2, 0, perPrefix: null, runsOut: false);
        _roster.Find(Agent(4).Id)!.Link = null;
        _roster.Find(Agent(5).Id)!.Status = AgentStatus.Draining;

        Assert.Equal(["a1", "a3"], _roster.TakingShards.Select(agent => agent.Introduction.Name));
    }

    [Fact]
    public void Snapshot_is_ordered_by_name_and_does_not_change()
    {
        _roster.Join(Agent(2), new RecordingLink(), out _);
        var agent = _roster.Join(Agent(1), new RecordingLink(), out _);

        var snapshot = _roster.Snapshot(7);
        agent.Status = AgentStatus.Draining;
        _roster.Remove(agent);

        Assert.Equal(7, snapshot.Version);
        Assert.Equal(["a1", "a2"], snapshot.Agents.Select(member => member.Introduction.Name));
        Assert.All(snapshot.Agents, member => Assert.Equal(AgentStatus.Connected, member.Status));
    }
}
