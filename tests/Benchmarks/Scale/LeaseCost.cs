using FpingCluster.Coordinator.Leases;
using FpingCluster.Coordinator.Sharding;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Benchmarks.Scale;

/// <summary>What it takes to decide who probes which of the targets, and to decide anew when one agent is lost.</summary>
/// <param name="Strayed">Shards of other agents that moved with those of the lost one.</param>
internal sealed record LeaseCost(int Shards, TimeSpan PlaceAndLease, TimeSpan Reshard, int Moved, int Strayed)
{
    private const int PingsPerSecond = 20_000;

    public static LeaseCost Measure(int targets, int agents)
    {
        var list = TargetList.FromAddresses(Enumerable.Range(0, targets).Select(i => TargetAddress.FromIPv4(0x0A000000u + (uint)i)));
        var map = ShardPlanner.Plan(list, new Probe().Bucket);
        PlacementAgent[] all = [.. Enumerable.Range(0, agents).Select(_ => new PlacementAgent(new AgentId(Guid.NewGuid()), PingsPerSecond))];
        var time = TimeProvider.System;

        var began = time.GetTimestamp();
        var table = new LeaseTable(new RoundId(1), map, generation: 1);
        Array.ForEach(all, table.Join);
        table.Divide();
        var holders = Grant(table, all);
        var placed = time.GetElapsedTime(began);

        var lost = all[agents / 2];
        began = time.GetTimestamp();
        table.Leave(lost.Id);
        var moved = Grant(table, [.. all.Where(agent => agent != lost)]);
        var resharded = time.GetElapsedTime(began);
        var strayed = moved.Keys.Count(shard => holders[shard] != lost.Id) + holders.Count(held => held.Value == lost.Id && !moved.ContainsKey(held.Key));
        return new LeaseCost(map.Shards.Count, placed, resharded, moved.Count, strayed);
    }

    private static Dictionary<ShardId, AgentId> Grant(LeaseTable table, PlacementAgent[] agents)
    {
        var holders = new Dictionary<ShardId, AgentId>();
        foreach (var agent in agents)
        {
            foreach (var lease in table.Grant(agent.Id, int.MaxValue))
            {
                holders.Add(lease.Key.Shard, agent.Id);
            }
        }

        return holders;
    }
}
