using System.Text.Json;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>The disk under a coordinator's store fails in the middle of a round: fsync does not, or the file system has become read-only.</summary>
public sealed class FailingDiskTests : IAsyncLifetime
{
    private const int Targets = 2_048;
    private const int Count = 2;
    private const string Syncs = "fsync,fdatasync";

    private SimulatedService? _service;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }
    }

    [Fact]
    public async Task Nothing_is_acknowledged_while_fsync_fails_and_the_round_is_whole_once_it_does_not()
    {
        var (coordinator, agents) = await BeginRound();
        string trouble;
        await using (await FailingCalls.InjectAsync(coordinator, Syncs, "EIO"))
        {
            trouble = await WaitForTrouble();
            await CheckThatNothingIsAcknowledged(coordinator);
        }

        Assert.StartsWith("I/O error ", trouble, StringComparison.Ordinal);
        Assert.Contains("look for free space (df -h ", trouble, StringComparison.Ordinal);
        await coordinator.WaitForLine(line => line.Contains("Results are committed again", StringComparison.Ordinal), SimulatedService.Patience);
        await CheckThatRoundIsWhole(agents);
        Assert.Null(await _service!.Trouble());
    }

    [Fact]
    public async Task Coordinator_killed_while_fsync_fails_has_everything_that_was_acknowledged()
    {
        var (coordinator, agents) = await BeginRound();
        await using (await FailingCalls.InjectAsync(coordinator, Syncs, "EIO"))
        {
            await WaitForTrouble();
            coordinator.Kill9();
            await coordinator.WaitForExit(SimulatedService.Patience);
        }

        _service!.StartCoordinator();

        await CheckThatRoundIsWhole(agents);
    }

    [Fact]
    public async Task Start_whose_fsync_fails_ends_with_an_instruction()
    {
        _service = new SimulatedService("127.0.0.1", Count);

        await using var coordinator = FailingCalls.Start(Syncs, "EIO", Repository.CoordinatorProgram, "serve", "-c", _service.Folder.PathOf("coordinator.yml"));

        Assert.Equal(2, await coordinator.WaitForExit(SimulatedService.Patience));
        Assert.Contains(coordinator.Errors, line => line.Contains("disk errors (dmesg)", StringComparison.Ordinal));
        Assert.DoesNotContain(coordinator.Errors, line => line.StartsWith("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task File_system_that_turned_read_only_is_told_and_the_round_goes_on_when_it_is_repaired()
    {
        using var disk = new LoopDisk(bytes: 64 << 20);
        var (coordinator, agents) = await BeginRound(Path.Combine(disk.Path, "data"));
        disk.TurnReadOnly();

        var trouble = await WaitForTrouble();

        Assert.StartsWith($"{disk.Path}/data has become read-only, as a file system does after a disk error", trouble, StringComparison.Ordinal);
        await CheckThatNothingIsAcknowledged(coordinator);
        coordinator.Terminate();
        await coordinator.WaitForExit(SimulatedService.Patience);
        Assert.Contains(coordinator.Errors, line => line.Contains("goes on at the next start", StringComparison.Ordinal));
        Assert.DoesNotContain(coordinator.Errors, line => line.StartsWith("   at ", StringComparison.Ordinal));
        disk.Repair();
        var successor = _service!.StartCoordinator();
        await CheckThatRoundIsWhole(agents);
        successor.Terminate();
        await successor.WaitForExit(SimulatedService.Patience);
    }

    private async Task<(LabProcess Coordinator, LabProcess[] Agents)> BeginRound(string dataDir = "data")
    {
        _service = new SimulatedService("10.0.0.0/21", Count, job: ", bucket: 32", dataDir);
        var coordinator = _service.StartCoordinator();
        LabProcess[] agents = [_service.StartAgent("a", maxRate: 300), _service.StartAgent("b", maxRate: 300)];
        await _service.Until("api/v1/rounds/1", round => Int(round, "done") > Targets / 10, "a tenth of the round");
        return (coordinator, agents);
    }

    private async Task<string> WaitForTrouble()
    {
        string? trouble = null;
        await Wait.Until(async () => (trouble = await _service!.Trouble()) is not null, SimulatedService.Patience, "the coordinator is not ready");
        return trouble!;
    }

    // Agents probe on meanwhile, and what they send waits for its ack.
    private async Task CheckThatNothingIsAcknowledged(LabProcess coordinator)
    {
        await BothHaveUnacked(more: 0);
        var done = Int(await _service!.Until("api/v1/rounds/1", _ => true, "the round"), "done");
        var unacked = await _service.Until("api/v1/agents", _ => true, "the agents");
        await BothHaveUnacked(more: unacked.EnumerateArray().Max(agent => Int(agent, "unacked_batches")));
        Assert.Equal(done, Int(await _service.Until("api/v1/rounds/1", _ => true, "the round"), "done"));
        Assert.Contains(coordinator.Errors, line => line.Contains("Results cannot be committed: ", StringComparison.Ordinal));
    }

    private Task<JsonElement> BothHaveUnacked(int more) => _service!.Until(
        "api/v1/agents", all => all.EnumerateArray().All(agent => Int(agent, "unacked_batches") > more + 2), "unacknowledged batches of both agents");

    private async Task CheckThatRoundIsWhole(LabProcess[] agents)
    {
        var round = await _service!.Until("api/v1/rounds/1", round => round.TryGetProperty("state", out var state) && state.GetString() == "closed", "the round is closed");
        Assert.Equal((Targets, 0, Targets * Count), (Int(round, "up") + Int(round, "down"), Int(round, "unknown"), Int(round, "sent")));
        await _service.Until("api/v1/agents", all => all.EnumerateArray().All(agent => Int(agent, "unacked_batches") == 0), "every ack");
        Assert.All(agents, agent => Assert.False(agent.HasExited, agent.Describe(lines: 20)));
    }

    private static int Int(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetInt32() : 0;
}
