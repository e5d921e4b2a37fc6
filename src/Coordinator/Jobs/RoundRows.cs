using FpingCluster.Coordinator.Sharding;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>Puts the stored batches of a round together with its targets.</summary>
internal static class RoundRows
{
    /// <summary>For a round whose shards are at hand.</summary>
    public static ListedResults Collect(IResultStore store, RoundRecord round, ShardMap map)
    {
        var rows = new ListedResults(map.List);
        foreach (var batch in store.ReadBatches(round.Id))
        {
            var shard = map.IndexOf(batch.Shard) is >= 0 and var index ? map.Shards[index] : throw NoShard(batch);
            rows.Add(shard.Targets.Span, Decode(batch, shard.TargetCount, round.Probe.Count), batch.Agent);
        }

        return rows;
    }

    /// <summary>For any round of the store: its targets are those stored with it, in the order of <paramref name="current"/> where they still are in that list.</summary>
    public static ListedResults Collect(IResultStore store, RoundRecord round, TargetList? current)
    {
        var shards = store.ReadShards(round.Id).ToDictionary(shard => shard.Shard, Unpack);
        var list = Join(shards.Values.SelectMany(addresses => addresses), current);
        var rows = new ListedResults(list);
        foreach (var batch in store.ReadBatches(round.Id))
        {
            var addresses = shards.GetValueOrDefault(batch.Shard) ?? throw NoShard(batch);
            rows.Add(Array.ConvertAll(addresses, list.IndexOf), Decode(batch, addresses.Length, round.Probe.Count), batch.Agent);
        }

        return rows;
    }

    /// <summary>What is durable of a round, decoded as it is read.</summary>
    /// <param name="shards">All shards of the round.</param>
    public static IEnumerable<(StoredBatch Batch, ShardResult Result)> Durable(IResultStore store, RoundRecord round, IReadOnlyList<StoredShard> shards)
    {
        var targets = shards.ToDictionary(shard => shard.Shard, shard => shard.TargetCount);
        return store.ReadBatches(round.Id).Select(batch => (batch, Decode(batch, TargetsOf(batch), round.Probe.Count)));

        int TargetsOf(StoredBatch batch) => targets.TryGetValue(batch.Shard, out var count) ? count : throw NoShard(batch);
    }

    /// <summary>The engine behind a stored batch; empty where each agent chose its own, which the store does not keep.</summary>
    public static string EngineOf(Probe probe) => probe.WantedEngine == EngineKind.Auto ? "" : EngineCodec.ToWord(probe.WantedEngine);

    // When the list has not changed since, it is the list itself, with its names and labels.
    private static TargetList Join(IEnumerable<TargetAddress> addresses, TargetList? current)
    {
        var stored = addresses.ToList();
        return current is not null && current.Count == stored.Count && stored.TrueForAll(address => current.IndexOf(address) >= 0)
            ? current
            : TargetList.FromAddresses(stored.OrderBy(address => current?.IndexOf(address) is >= 0 and var place ? place : int.MaxValue));
    }

    private static TargetAddress[] Unpack(StoredShard shard) =>
        PackedAddresses.TryUnpack(shard.IPv4, shard.IPv6, out var addresses, out var problem)
            ? addresses
            : throw new StoreException($"the content {shard.Content} of shard {shard.Shard} is damaged: {problem}");

    private static ShardResult Decode(StoredBatch batch, int targets, int count)
    {
        try
        {
            return ResultColumnsCodec.TryDecode(ResultColumns.Parser.ParseFrom(batch.Columns.Span), targets, count, out var result, out var defect)
                ? result
                : throw Damaged(batch, defect);
        }
        catch (Exception exception) when (GarbledMessage.Explains(exception))
        {
            throw Damaged(batch, exception.Message);
        }
    }

    private static StoreException NoShard(StoredBatch batch) => Damaged(batch, "the round has no such shard");

    private static StoreException Damaged(StoredBatch batch, string defect) =>
        new($"the stored results of shard {batch.Shard} in round {batch.Round} are damaged: {defect}");
}
