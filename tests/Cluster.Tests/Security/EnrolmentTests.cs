using FpingCluster.Cluster.Tests.Processes;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using FpingCluster.TestKit.Programs;

namespace FpingCluster.Cluster.Tests.Security;

/// <summary>Agents that come with a join token to a coordinator that listens beyond this host: each program a process, encrypted throughout.</summary>
public sealed class EnrolmentTests : IAsyncLifetime
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly WorkFolder _folder = new();
    private readonly int _port = FreePort.Find();
    private readonly List<LabProcess> _processes = [];

    private string TokenFile => _folder.PathOf("data/join.token");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task Agents_enrol_with_the_runs_token_and_its_round_is_whole()
    {
        _folder.Write("targets.txt", "10.0.0.0/22\n");
        _folder.Write("job.yml", "jobs: [{ name: lab, targets: { file: targets.txt }, bucket: 32, probe: { engine: simulated, count: 2, period: 100ms, timeout: 200ms } }]\n");
        var coordinator = Start(
            Repository.CoordinatorProgram, "run", "-c", _folder.PathOf("job.yml"), "--listen", $"0.0.0.0:{_port}", "--wait-agents", "1", "--local-agents", "1",
            "--simulate", "dead=0", "--data-dir", _folder.PathOf("data"), "-o", _folder.PathOf("results.csv"), "--summary-json", _folder.PathOf("summary.json"));
        var told = await coordinator.WaitForLine(line => line.Contains("--token-file join.token", StringComparison.Ordinal), SimulatedService.Patience);
        Assert.Contains($":{_port} --token-file", told, StringComparison.Ordinal);
        var downgrade = Start(Repository.AgentProgram, Agent("plain", $"http://127.0.0.1:{_port}"));
        await downgrade.WaitForLine(line => line.Contains("Cannot reach coordinator", StringComparison.Ordinal), SimulatedService.Patience);
        downgrade.Kill9();

        var agent = Start(Repository.AgentProgram, [.. Agent("far", $"https://127.0.0.1:{_port}"), "--token-file", TokenFile]);

        var commandLines = await CommandLinesAsync(coordinator, agent);
        Assert.True(await coordinator.WaitForExit(SimulatedService.Patience) == 0, coordinator.Describe(lines: 30));
        Assert.True(await agent.WaitForExit(SimulatedService.Patience) == 0, agent.Describe(lines: 30));
        var summary = SummaryFile.Read(_folder.PathOf("summary.json"));
        Assert.Equal((1024, 0, 2048), (summary.Targets, summary.Unknown, summary.Sent));
        Assert.Equal(["far", "local-1"], summary.Agents.Select(taking => taking.Name).Order());
        Assert.All(["far/agent.key", "far/agent.crt", "data/agent-1/agent.key", "data/join.token", "data/security/ca.key", "data/security/agents.json"], CheckMode);
        var secret = File.ReadAllText(TokenFile).Split('.')[3];
        Assert.All([.. coordinator.Errors, .. agent.Errors, .. commandLines], line => Assert.DoesNotContain(secret, line, StringComparison.Ordinal));
    }

    private void CheckMode(string name) => Assert.Equal(OwnerOnly, File.GetUnixFileMode(_folder.PathOf(name)));

    private string[] Agent(string name, string url) =>
        ["run", "--coordinator", url, "--name", name, "--data-dir", _folder.PathOf(name), "--max-rate", "1000", "--engine", "simulated", "--simulate", "dead=0"];

    private static async Task<IReadOnlyList<string>> CommandLinesAsync(LabProcess coordinator, LabProcess agent)
    {
        IReadOnlyList<int> local = [];
        await Wait.Until(() => (local = ChildProcesses.Of(coordinator.Id, "fping-agent")).Count > 0, SimulatedService.Patience, "the local agent");
        return [.. local.Append(agent.Id).Append(coordinator.Id).Select(id => File.ReadAllText($"/proc/{id}/cmdline"))];
    }

    private LabProcess Start(string program, params string[] arguments)
    {
        var process = LabProcess.Start(program, arguments);
        _processes.Add(process);
        return process;
    }
}
