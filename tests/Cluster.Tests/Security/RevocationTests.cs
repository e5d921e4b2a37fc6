using FpingCluster.Cluster.Tests.Processes;
using FpingCluster.Shared.Hosting;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Cluster.Tests.Security;

/// <summary>A service whose operator lets agents in and locks one out, with the commands that people use.</summary>
public sealed class RevocationTests : IAsyncLifetime
{
    private readonly SimulatedService _service = new("10.0.0.0/24", count: 1);
    private readonly List<LabProcess> _agents = [];

    private string TokenFile => _service.Folder.PathOf("join.token");

    public async Task InitializeAsync()
    {
        _service.StartCoordinator();
        await _service.Until("api/v1/status", _ => true, "the coordinator's API");
        var made = await _service.Ask("token", "create", "--uses", "2", "-o", TokenFile);
        Assert.True(made.ExitCode == 0, made.Describe(lines: 20));
    }

    public async Task DisposeAsync()
    {
        foreach (var agent in _agents)
        {
            await agent.DisposeAsync();
        }

        await _service.DisposeAsync();
    }

    [Fact]
    public async Task Revoked_agent_ends_at_once_and_is_not_let_in_again_and_the_others_stay()
    {
        var bad = Start("bad");
        var good = Start("good");
        await _service.Connected(2);

        var revoke = await _service.Ask("agents", "revoke", "bad");

        Assert.True(revoke.ExitCode == 0, revoke.Describe(lines: 20));
        Assert.True(await bad.WaitForExit(SimulatedService.Patience) == ExitCode.Rejected, bad.Describe(lines: 20));
        Assert.Contains(bad.Errors, line => line.Contains("is revoked", StringComparison.Ordinal));
        var again = Start("bad");
        Assert.True(await again.WaitForExit(SimulatedService.Patience) == ExitCode.Rejected, again.Describe(lines: 20));
        // Its token is used up as well: a third agent does not get in with what was stolen.
        var thief = Start("thief");
        Assert.True(await thief.WaitForExit(SimulatedService.Patience) == ExitCode.Rejected, thief.Describe(lines: 20));
        Assert.Contains(thief.Errors, line => line.Contains("used up", StringComparison.Ordinal));
        Assert.Equal("good", (await _service.Connected(1)).EnumerateArray().Single(agent => agent.GetProperty("status").GetString() == "connected").GetProperty("name").GetString());
        Assert.False(good.HasExited);
    }

    private LabProcess Start(string name)
    {
        var url = _service.AgentUrl.ToString().Replace("http:", "https:", StringComparison.Ordinal);
        _agents.Add(LabProcess.Start(
            Repository.AgentProgram,
            [
                "run", "--coordinator", url, "--name", name, "--data-dir", _service.Folder.PathOf(name), "--token-file", TokenFile,
                "--max-rate", "1000", "--engine", "simulated", "--simulate", "dead=0",
            ]));
        return _agents[^1];
    }
}
