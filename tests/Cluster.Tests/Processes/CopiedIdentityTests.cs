using System.Text.Json;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>Agents whose data directories are copies of one another, as on cloned machines, and one that is only started again.</summary>
public sealed class CopiedIdentityTests : IAsyncLifetime
{
    private const string IdFile = "agent-id";

    private readonly SimulatedService _service = new("10.0.0.0/24", count: 1);
    private LabProcess _coordinator = null!;
    private LabProcess _original = null!;
    private string _id = "";

    public async Task InitializeAsync()
    {
        _coordinator = _service.StartCoordinator();
        _original = _service.StartAgent("original");
        _id = (await _service.Connected(1))[0].GetProperty("id").GetString()!;
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Copy_makes_itself_a_new_identity_and_both_stay_connected()
    {
        Copy("original", "clone");

        var clone = _service.StartAgent("clone");

        await clone.WaitForLine(line => line.Contains("another agent with this identity is connected ('original', ", StringComparison.Ordinal), SimulatedService.Patience);
        var agents = Ids(await _service.Connected(2));
        Assert.Equal(_id, agents["original"]);
        Assert.Equal(agents["clone"], IdIn("clone"));
        Assert.NotEqual(_id, agents["clone"]);
        var kept = Assert.Single(Directory.GetFiles(_service.Folder.PathOf("clone"), $"{IdFile}.cloned-*"));
        Assert.Equal(_id, File.ReadAllText(kept).Trim());
        // They do not fight: each has joined once.
        clone.Terminate();
        Assert.Equal(0, await clone.WaitForExit(SimulatedService.Patience));
        await _coordinator.WaitForLine(line => line.Contains("Session of agent clone ended", StringComparison.Ordinal), SimulatedService.Patience);
        Assert.Equal(2, _coordinator.Errors.Count(line => line.Contains(" joined from ", StringComparison.Ordinal)));
        Assert.DoesNotContain(_original.Errors, line => line.Contains("Lost coordinator", StringComparison.Ordinal));
        // Started again it is who it became.
        _service.StartAgent("clone");
        Assert.Equal(agents["clone"], Ids(await _service.Connected(2))["clone"]);
    }

    [Fact]
    public async Task Agent_that_is_killed_and_started_again_at_once_keeps_its_identity()
    {
        _original.Kill9();
        await _original.WaitForExit(SimulatedService.Patience);

        _service.StartAgent("restarted", dataDir: "original");

        var agents = await _service.Until("api/v1/agents", agents => Ids(agents).ContainsKey("restarted"), "the restarted agent");
        Assert.Equal(_id, Ids(agents)["restarted"]);
        Assert.Empty(Directory.GetFiles(_service.Folder.PathOf("original"), $"{IdFile}.cloned-*"));
    }

    [Fact]
    public async Task Agent_whose_old_session_is_open_but_silent_keeps_its_identity()
    {
        Copy("original", "moved");
        // As a host that lost its power: its connection is not closed, and nothing comes through it.
        _original.Freeze();

        _service.StartAgent("moved");

        var agents = await _service.Until("api/v1/agents", agents => Ids(agents).ContainsKey("moved"), "the agent in its new place");
        Assert.Equal(_id, Ids(agents)["moved"]);
        // The one that wakes is the copy now.
        _original.Thaw();
        await _original.WaitForLine(line => line.Contains("another agent with this identity is connected ('moved', ", StringComparison.Ordinal), SimulatedService.Patience);
        var ids = Ids(await _service.Connected(2));
        Assert.Equal(_id, ids["moved"]);
        Assert.Equal(ids["original"], IdIn("original"));
    }

    private void Copy(string from, string to)
    {
        Directory.CreateDirectory(_service.Folder.PathOf(to));
        File.Copy(Path.Combine(_service.Folder.PathOf(from), IdFile), Path.Combine(_service.Folder.PathOf(to), IdFile));
    }

    private string IdIn(string dataDir) => File.ReadAllText(Path.Combine(_service.Folder.PathOf(dataDir), IdFile)).Trim();

    private static Dictionary<string, string> Ids(JsonElement agents) =>
        agents.EnumerateArray().ToDictionary(agent => agent.GetProperty("name").GetString()!, agent => agent.GetProperty("id").GetString()!);
}
