using System.Buffers.Binary;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Sharding;

/// <summary>
/// Weighted rendezvous hashing, bounded: a shard goes to the agent with the best score that still has room, and no agent is given more than
/// 1.1 times its share. The same agents and shards always give the same placement, so a target keeps its agent from round to round.
/// </summary>
internal static class Placement
{
    private const double Bound = 1.1;

    /// <summary>
    /// Places the given shards beside what each agent carries already (targets, by agent). Returns an agent for each shard, in the same order.
    /// </summary>
    public static AgentId[] Place(IReadOnlyList<Shard> shards, IReadOnlyList<PlacementAgent> agents, IReadOnlyDictionary<AgentId, int> carried)
    {
        var total = shards.Sum(shard => (long)shard.TargetCount) + agents.Sum(agent => (long)carried.GetValueOrDefault(agent.Id));
        var weights = agents.Sum(agent => (double)agent.Weight);
        var room = agents.Select(agent => total * Bound * agent.Weight / weights - carried.GetValueOrDefault(agent.Id)).ToArray();
        var seeds = agents.Select(agent => Seed(agent.Id)).ToArray();
        var placed = new AgentId[shards.Count];
        for (var i = 0; i < shards.Count; i++)
        {
            var best = Best(shards[i], agents, seeds, room);
            room[best] -= shards[i].TargetCount;
            placed[i] = agents[best].Id;
        }

        return placed;
    }

    // When nobody has room for the whole shard (few shards, many agents), the one with most room takes it.
    private static int Best(Shard shard, IReadOnlyList<PlacementAgent> agents, ulong[] seeds, double[] room)
    {
        var best = -1;
        var bestScore = double.NegativeInfinity;
        var roomiest = 0;
        for (var i = 0; i < agents.Count; i++)
        {
            roomiest = room[i] > room[roomiest] ? i : roomiest;
            if (room[i] < shard.TargetCount)
            {
                continue;
            }

            var score = Score(shard.Id, seeds[i], agents[i].Weight);
            if (score > bestScore)
            {
                (best, bestScore) = (i, score);
            }
        }

        return best >= 0 ? best : roomiest;
    }

    // -w / ln(h) with h uniform in (0, 1): the winner is an agent with probability proportional to its weight.
    private static double Score(ShardId shard, ulong seed, int weight)
    {
        var h = ((Mix(shard.Value ^ seed) >> 11) + 0.5) / (1UL << 53);
        return -weight / Math.Log(h);
    }

    private static ulong Seed(AgentId agent)
    {
        Span<byte> bytes = stackalloc byte[16];
        agent.Value.TryWriteBytes(bytes);
        return Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..])));
    }

    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
