using FpingCluster.Coordinator.Sharding;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Tests.Sharding;

public sealed class PlacementTests
{
    private static readonly Dictionary<AgentId, int> Nothing = [];
    private static readonly ShardMap Map = Lists.Map(100_000, bucket: 100);

    [Fact]
    public void Shares_follow_the_weights_and_keep_within_the_bound()
    {
        var agents = Agents(20_000, 10_000, 5_000, 5_000);

        var targets = Targets(Placement.Place(Map.Shards, agents, Nothing), Map.Shards);

        foreach (var agent in agents)
        {
            var share = 100_000.0 * agent.Weight / 40_000;
            Assert.InRange(targets[agent.Id], share * 0.8, share * 1.1);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(400)]
    public void Nobody_has_more_than_the_bound_and_one_shard(int count)
    {
        var agents = Agents([.. Enumerable.Range(1, count).Select(i => 1_000 * i)]);
        var weights = agents.Sum(agent => (double)agent.Weight);

        var targets = Targets(Placement.Place(Map.Shards, agents, Nothing), Map.Shards);

        Assert.Equal(100_000, targets.Values.Sum());
        Assert.All(agents, agent => Assert.InRange(targets.GetValueOrDefault(agent.Id), 0, 110_000.0 * agent.Weight / weights + 100));
    }

    [Fact]
    public void Placement_is_the_same_each_time_and_in_every_order_of_the_agents()
    {
        var agents = Agents(20_000, 10_000, 5_000);

        var placed = Placement.Place(Map.Shards, agents, Nothing);

        Assert.Equal(placed, Placement.Place(Map.Shards, agents, Nothing));
        Assert.Equal(placed, Placement.Place(Map.Shards, [.. agents.Reverse()], Nothing));
    }

    [Fact]
    public void What_agents_carry_already_counts()
    {
        var agents = Agents(10_000, 10_000);
        var carried = new Dictionary<AgentId, int> { [agents[0].Id] = 100_000 };

        var placed = Placement.Place(Map.Shards, agents, carried);

        // Each may have 110,000 of 200,000: the first is full with 10,000 more.
        Assert.InRange(Targets(placed, Map.Shards).GetValueOrDefault(agents[0].Id), 0, 10_000);
    }

    [Fact]
    public void A_lost_agents_shards_are_spread_over_the_others_beside_what_they_have()
    {
        var agents = Agents(10_000, 10_000, 10_000);
        var placed = Placement.Place(Map.Shards, agents, Nothing);
        var kept = Targets(placed, Map.Shards);
        var orphans = Map.Shards.Where((_, i) => placed[i] == agents[2].Id).ToArray();

        var again = Targets(Placement.Place(orphans, agents[..2], kept), orphans);

        Assert.Equal(kept[agents[2].Id], again.Values.Sum());
        Assert.All(agents[..2], agent => Assert.InRange(kept[agent.Id] + again[agent.Id], 45_000, 55_000));
    }

    [Fact]
    public void Targets_keep_their_agent_when_the_list_grows_a_little()
    {
        var agents = Agents(10_000, 10_000, 10_000);
        var more = Lists.Map(100_050, bucket: 100);
        var before = Map.Shards.Zip(Placement.Place(Map.Shards, agents, Nothing)).ToDictionary(pair => pair.First.Id, pair => pair.Second);
        var after = more.Shards.Zip(Placement.Place(more.Shards, agents, Nothing)).ToDictionary(pair => pair.First.Id, pair => pair.Second);

        var moved = before.Count(pair => after.TryGetValue(pair.Key, out var agent) && agent != pair.Value);

        Assert.InRange(moved, 0, Map.Shards.Count / 50);
    }

    [Fact]
    public void One_agent_has_everything()
    {
        var agents = Agents(1);

        Assert.All(Placement.Place(Map.Shards, agents, Nothing), agent => Assert.Equal(agents[0].Id, agent));
    }

    [Fact]
    public void More_agents_than_shards_leave_nobody_with_two()
    {
        var map = Lists.Map(100, bucket: 100);
        var placed = Placement.Place(map.Shards, Agents(100, 100, 100, 100), Nothing);

        Assert.Equal(map.Shards.Count, placed.Length);
        Assert.Equal(placed.Length, placed.Distinct().Count());
    }

    private static PlacementAgent[] Agents(params int[] weights) =>
        [.. weights.Select((weight, i) => new PlacementAgent(new AgentId(new Guid(i + 1, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8])), weight))];

    private static Dictionary<AgentId, int> Targets(AgentId[] placed, IReadOnlyList<Shard> shards) =>
        placed.Zip(shards).GroupBy(pair => pair.First).ToDictionary(group => group.Key, group => group.Sum(pair => pair.Second.TargetCount));
}
