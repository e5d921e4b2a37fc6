using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Results;
using FpingCluster.TestKit.Fuzzing;
using Google.Protobuf;
using Xunit.Abstractions;
using static FpingCluster.Coordinator.Tests.Storage.StoreSamples;

namespace FpingCluster.Coordinator.Tests.Storage;

/// <summary>What is stored, changed behind the store's back: read, or refused by a <see cref="StoreException"/>; nothing else, and nothing is invented.</summary>
public sealed class StoreFuzzTests(ITestOutputHelper output)
{
    private const int Results = 100_000;
    private const int Files = 400;
    private const int Targets = 3;

    [Fact]
    public async Task Stored_results_are_read_or_refused()
    {
        await using var store = new MemoryResultStore();
        var id = store.BeginRound(Round(), [new StoredShard(new ShardId(1), new ShardContentHash(5), [127, 0, 0, 1, 127, 0, 0, 2, 127, 0, 0, 3], [])]);
        var (round, shards) = (store.FindRound(id)!, store.ReadShards(id));

        Fuzz.Run(Results, [Columns()], input =>
        {
            var stub = new OneBatchStore(Batch(id, input.Length % 50 == 49 ? 2ul : 1ul) with { Columns = input });
            return IsRead(() => Assert.Single(RoundRows.Durable(stub, round, shards)));
        }, output.WriteLine);
    }

    [Fact]
    public void Database_file_is_read_or_refused()
    {
        using var folder = new StoreFolder();
        Use(folder.Path, store =>
        {
            var id = store.BeginRound(Round(), [Shard(2, 1), Shard(3, 2)]);
            store.Append([Batch(id, 2), Batch(id, 3)]);
            store.CloseRound(id, Start, Summary());
            store.BeginRound(Round("other"), [Shard(2, 1)]);
        });
        var genuine = File.ReadAllBytes(folder.Database);
        Fuzz.Run(Files, [genuine], input =>
        {
            using var fuzzed = new StoreFolder();
            File.WriteAllBytes(fuzzed.Database, input);
            return IsRead(() => Use(fuzzed.Path, ReadAll));
        }, output.WriteLine, mostAllocated: 64 << 20);
    }

    private static void ReadAll(SqliteResultStore store)
    {
        foreach (var round in store.ReadRounds(null, 100).Concat(store.ReadUnfinishedRounds()).ToList())
        {
            _ = store.ReadShards(round.Id).Count + store.ReadBatches(round.Id).Count();
        }

        store.BeginRound(Round(), [Shard(4, 4)]);
        store.DeleteRoundsBefore(Start.AddDays(1));
    }

    // The store closes without waiting.
    private static void Use(string folder, Action<SqliteResultStore> use)
    {
        var store = SqliteResultStore.Open(folder);
        try
        {
            use(store);
        }
        finally
        {
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static bool IsRead(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (StoreException refusal)
        {
            Assert.NotEmpty(refusal.Message);
            return false;
        }
    }

    private static byte[] Columns()
    {
        var result = new ShardResultBuilder(Targets, 3);
        result.Answered(0, 0, rttUs: 1_000);
        result.Answered(2, 1, rttUs: 90_000);
        return ResultColumnsCodec.Encode(result.Build(Start)).ToByteArray();
    }
}
