using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Sharding;

/// <summary>
/// Cuts a target list into shards: a binary tree over the bits of the targets' stable hash, in which a node splits when it holds more than
/// <c>bucket</c> targets. The cut depends on nothing but the set of addresses: adding a target changes its shard alone (at most, splits it), and no
/// shard holds more than <c>bucket</c>. Shards are about three quarters full on average.
/// </summary>
internal static class ShardPlanner
{
    // Deeper, the bits of the hash are used up. 64-bit hashes of distinct addresses do not agree in 60 bits but by intent.
    private const int MaxDepth = 60;

    public static ShardMap Plan(TargetList list, int bucket)
    {
        var hashes = new ulong[list.Count];
        var order = new int[list.Count];
        for (var i = 0; i < order.Length; i++)
        {
            hashes[i] = list.Addresses[i].StableHash();
            order[i] = i;
        }

        Array.Sort(hashes, order);
        var shards = new List<Shard>(order.Length / bucket * 2 + 1);
        Cut(new ShardId(1), depth: 0, 0, order.Length);
        shards.Sort((left, right) => left.Id.Value.CompareTo(right.Id.Value));
        return new ShardMap(list, shards);

        void Cut(ShardId node, int depth, int start, int end)
        {
            if (end - start <= bucket || depth == MaxDepth)
            {
                AddLeaf(node, start, end);
                return;
            }

            var middle = FirstWithBit(hashes, depth, start, end);
            Cut(new ShardId(node.Value * 2), depth + 1, start, middle);
            Cut(new ShardId(node.Value * 2 + 1), depth + 1, middle, end);
        }

        void AddLeaf(ShardId node, int start, int end)
        {
            if (start < end)
            {
                var targets = order.AsMemory(start, end - start);
                SortFamilies(list, targets.Span);
                shards.Add(new Shard(node, targets, PackedAddresses.Pack(Shard.Select(list, targets.Span)).ComputeHash()));
            }
        }
    }

    // Within a node all hashes agree in the bits above this one, so those with the bit clear come first.
    private static int FirstWithBit(ulong[] hashes, int depth, int start, int end)
    {
        var bit = 1UL << (63 - depth);
        while (start < end)
        {
            var middle = start + (end - start) / 2;
            (start, end) = (hashes[middle] & bit) == 0 ? (middle + 1, end) : (start, middle);
        }

        return start;
    }

    // IPv4 before IPv6, as the wire packs them; inside a family the order of the hash stays, which keeps neighbours of one prefix apart.
    private static void SortFamilies(TargetList list, Span<int> targets)
    {
        var ipv4 = 0;
        var ipv6 = new List<int>();
        foreach (var target in targets)
        {
            if (list.Addresses[target].IsIPv4)
            {
                targets[ipv4++] = target;
            }
            else
            {
                ipv6.Add(target);
            }
        }

        ipv6.CopyTo(targets[ipv4..]);
    }
}
