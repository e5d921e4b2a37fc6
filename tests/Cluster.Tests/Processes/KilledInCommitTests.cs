using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.TestKit;
using Microsoft.Data.Sqlite;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>A coordinator that is killed outright while it commits, again and again, on one store.</summary>
public sealed class KilledInCommitTests : IAsyncLifetime
{
    private const int Kills = 5;
    private const int Count = 3;
    private const int MostAcks = 1_500;

    // About 16,000 shards: more than all runs together can settle, the credits of each (1,024) included, because each goes on with the round of the last.
    private readonly SimulatedService _service = new("10.0.0.0/14", Count, job: ", bucket: 25");
    private readonly List<ResultBatch> _acknowledged = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task What_was_acknowledged_is_there_whole_after_each_kill()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var kill = 1; kill <= Kills; kill++)
        {
            var acks = random.Next(1, MostAcks);
            try
            {
                await RunUntilKilled(acks);
                await CheckStore();
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}, kill {kill} at {acks} acks: {failure.Message}", failure);
            }
        }

        Assert.InRange(_acknowledged.Count, Kills, int.MaxValue);
    }

    private async Task RunUntilKilled(int acks)
    {
        var coordinator = _service.StartCoordinator();
        await _service.Until("api/v1/status", _ => true, "the coordinator's API");
        var agent = new AnsweringAgent(_service.AgentUrl);
        var run = agent.RunAsync(acknowledged =>
        {
            if (acknowledged >= acks && !coordinator.HasExited)
            {
                coordinator.Kill9();
            }
        });
        await Wait.For(run, SimulatedService.Patience, "the end of the killed coordinator's session", () => coordinator.Describe(lines: 20));
        Assert.Equal(137, await coordinator.WaitForExit(SimulatedService.Patience));
        _acknowledged.AddRange(agent.Acknowledged);
    }

    private async Task CheckStore()
    {
        var data = _service.Folder.PathOf("data");
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(data, SqliteResultStore.FileName)};Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA integrity_check";
            Assert.Equal("ok", command.ExecuteScalar());
        }

        await using var store = SqliteResultStore.Open(data);
        var durable = new Dictionary<(long, ulong), StoredBatch>();
        foreach (var round in store.ReadRounds(job: null, limit: Kills))
        {
            var targets = store.ReadShards(round.Id).ToDictionary(shard => shard.Shard, shard => (shard.Content, Targets: shard.IPv4.Length / 4));
            foreach (var batch in store.ReadBatches(round.Id))
            {
                AssertWhole(batch, targets[batch.Shard]);
                durable.Add((batch.Round.Value, batch.Shard.Value), batch);
            }
        }

        Assert.All(_acknowledged, batch =>
        {
            Assert.True(durable.TryGetValue((batch.Round, batch.Shard), out var stored), $"batch {batch.Sequence} of round {batch.Round} was acknowledged and is lost");
            Assert.Equal((batch.Epoch, batch.Columns), (stored.Epoch.Value, ResultColumns.Parser.ParseFrom(stored.Columns.Span)));
        });
    }

    private static void AssertWhole(StoredBatch batch, (ShardContentHash Content, int Targets) shard)
    {
        Assert.Equal(shard.Content, batch.Content);
        Assert.True(
            ResultColumnsCodec.TryDecode(ResultColumns.Parser.ParseFrom(batch.Columns.Span), shard.Targets, Count, out _, out var defect), $"shard {batch.Shard}: {defect}");
    }
}
