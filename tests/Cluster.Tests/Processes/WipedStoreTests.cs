using System.Text.Json;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using Microsoft.Data.Sqlite;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>The coordinator is killed, its data folder is lost, and it is started again: agents come with leases and results of a store that is no more.</summary>
public sealed class WipedStoreTests : IAsyncLifetime
{
    private const int Targets = 2_048;
    private const int Count = 2;

    private readonly SimulatedService _service = new("10.0.0.0/21", Count, job: ", bucket: 32");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Theory]
    [InlineData("10.0.0.0/21")]
    [InlineData("10.0.4.0/22\n10.9.0.0/22")]
    public async Task Agents_go_on_by_themselves_and_nothing_of_the_former_store_counts(string targetsAfter)
    {
        LabProcess[] agents = [_service.StartAgent("a", maxRate: 500), _service.StartAgent("b", maxRate: 500)];
        var coordinator = _service.StartCoordinator();
        await _service.Until("api/v1/rounds/1", round => Int(round, "done") > Targets / 4, "a quarter of the round");
        coordinator.Kill9();
        await coordinator.WaitForExit(SimulatedService.Patience);
        // One that came late may hold no shard.
        await Wait.Until(() => Spooled("a") + Spooled("b") > 0, SimulatedService.Patience, "results in a spool", () => agents[0].Describe(lines: 20));
        Directory.Delete(_service.Folder.PathOf("data"), recursive: true);
        _service.Folder.Write("targets.txt", targetsAfter + "\n");

        var successor = _service.StartCoordinator();

        var round = await _service.Until("api/v1/rounds/1", round => round.GetProperty("state").GetString() == "closed", "the new round 1 is closed");
        Assert.Equal((Targets, Targets, 0, Targets * Count), (Int(round, "targets"), Int(round, "up") + Int(round, "down"), Int(round, "unknown"), Int(round, "sent")));
        await Wait.Until(() => Spooled("a") + Spooled("b") == 0, SimulatedService.Patience, "empty spools", () => agents[0].Describe(lines: 20));
        Assert.All(agents, agent => Assert.False(agent.HasExited, agent.Describe(lines: 20)));
        Assert.All(agents, agent => Assert.DoesNotContain(agent.Errors, line => line.Contains("refuses this agent", StringComparison.Ordinal)));
        await successor.WaitForLine(
            line => line.Contains("Forgotten, and acknowledged so that the agent forgets them too: ", StringComparison.Ordinal)
                && line.Contains("they were leased by a coordinator with another store", StringComparison.Ordinal),
            SimulatedService.Patience);
        CheckStore();
    }

    // Every result was leased by a coordinator of this store.
    private void CheckStore()
    {
        using var connection = new SqliteConnection($"Data Source={_service.Folder.PathOf("data/fpingcluster.db")};Mode=ReadOnly;Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT (SELECT count(*) FROM results WHERE epoch >> 32 < (SELECT min(generation) FROM openings)),
                (SELECT sum(length(ipv4) / 4) FROM results JOIN round_shards USING (round, shard) JOIN shard_contents ON shard_contents.content = round_shards.content)
            """;
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal((0, Targets), (reader.GetInt32(0), reader.GetInt32(1)));
    }

    private long Spooled(string agent)
    {
        var spool = _service.Folder.PathOf($"{agent}/spool");
        return Directory.Exists(spool) ? Directory.GetFiles(spool).Sum(file => new FileInfo(file).Length) : 0;
    }

    private static int Int(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetInt32() : 0;
}
