using System.Globalization;
using System.Text.RegularExpressions;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using FpingCluster.TestKit.Programs;
using Xunit.Abstractions;

namespace FpingCluster.Privileged.Tests.Cluster;

/// <summary>A coordinator that runs one round and its agents, each program on a host of its own.</summary>
internal sealed partial class LabCluster : IAsyncDisposable
{
    private const int LinesOfEach = 15;

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RoundPatience = TimeSpan.FromMinutes(5);

    private readonly WorkFolder _folder = new();
    private readonly NetworkLab _lab;
    private readonly Dictionary<string, (LabHost Host, LabProcess Process)> _agents = [];
    private LabProcess? _coordinator;
    private string _phase = "start";

    private LabCluster(NetworkLab lab) => _lab = lab;

    public LabProcess Coordinator => _coordinator!;

    private LabHost CoordinatorHost => _lab.Hosts[0];

    /// <summary>Plays a scenario; when it fails, says in which phase and what every process said last.</summary>
    /// <param name="agents">How many there will be in all.</param>
    public static async Task Play(int agents, ITestOutputHelper output, Func<LabCluster, Task> scenario)
    {
        var began = TimeProvider.System.GetTimestamp();
        await using var cluster = new LabCluster(await NetworkLab.Create(hosts: agents + 1));
        try
        {
            await scenario(cluster);
        }
        catch (Exception failure)
        {
            throw new LabException($"phase '{cluster._phase}': {failure.Message}{Environment.NewLine}{cluster.Describe()}", failure);
        }

        output.WriteLine($"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:F1} s; {cluster.Coordinator.Errors.LastOrDefault(line => line.Contains("pings in"))}");
    }

    /// <summary>Names what is going on, for failure messages.</summary>
    public void Enter(string phase) => _phase = phase;

    public void StartCoordinator(AddressBlock targets, int count, int waitAgents, string engine = "fping", string limits = "")
    {
        _folder.Write("targets.txt", $"{targets}\n");
        var job = _folder.Write("job.yml", $$"""
            jobs:
              - name: lab
                targets: { file: targets.txt }
                probe: { engine: {{engine}}, count: {{count}}, period: 500ms, timeout: 500ms }
            limits: {{{limits}}}
            """);
        _coordinator = CoordinatorHost.Start(
            Repository.CoordinatorProgram,
            [
                "run", "-c", job, "--wait-agents", $"{waitAgents}", "--listen", $"{CoordinatorHost.Address}:7443", "--insecure", "--verbose",
                "-o", _folder.PathOf("results.csv"), "--summary-json", _folder.PathOf("summary.json"),
            ]);
    }

    public LabProcess StartAgent(string name, int maxRate)
    {
        var host = _lab.Hosts[_agents.Count + 1];
        var process = host.Start(
            Repository.AgentProgram,
            [
                "run", "--coordinator", $"http://{CoordinatorHost.Address}:7443", "--insecure", "--name", name, "--data-dir", _folder.PathOf(name),
                "--max-rate", $"{maxRate}",
            ]);
        _agents.Add(name, (host, process));
        return process;
    }

    /// <summary>Until the coordinator has shown that at least so much of the round is merged, but not yet all.</summary>
    public async Task WaitForProgress(int percent)
    {
        await Coordinator.WaitForLine(line => ProgressOf(line) >= percent, RoundPatience);
        Assert.DoesNotContain(Coordinator.Errors, line => ProgressOf(line) == 100);
    }

    public Task<string> CoordinatorSays(string text, int from = 0) => Coordinator.WaitForLine(line => line.Contains(text, StringComparison.Ordinal), StartPatience, from, text);

    /// <summary>Echo requests that left this agent's host, whoever sent them: the kernel's own count.</summary>
    public async Task<long> PingsOnTheWire(string agent)
    {
        var snmp = await _agents[agent].Host.Run(StartPatience, "cat", "/proc/net/snmp");
        var lines = snmp.Output.Where(line => line.StartsWith("IcmpMsg:", StringComparison.Ordinal)).Select(line => line.Split(' ')).ToList();
        var column = Array.IndexOf(lines[0], "OutType8");
        return column < 0 ? 0 : long.Parse(lines[1][column], CultureInfo.InvariantCulture);
    }

    /// <summary>Counts echo requests from now on: what each host sends and what the router answers.</summary>
    public async Task<WireMeter> MeterWire()
    {
        // A process that does nothing keeps the counters of its namespace readable, whoever is killed in it.
        LabProcess[] idle = [_lab.StartInRouter("sleep", "600"), .. _lab.Hosts.Select(host => host.Start("sleep", ["600"]))];
        var meter = new WireMeter(idle);
        await meter.Begin();
        return meter;
    }

    /// <summary>Which of the meter's counters is this agent's.</summary>
    public int WireOf(string agent) => _agents[agent].Host.Number;

    /// <summary>Waits for the end of the run and reads what it wrote.</summary>
    public async Task<LabRound> Finish()
    {
        var exitCode = await Coordinator.WaitForExit(RoundPatience);
        return new LabRound(exitCode, ResultLine.ReadAll(_folder.PathOf("results.csv")), SummaryFile.Read(_folder.PathOf("summary.json")));
    }

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        _folder.Dispose();
    }

    [GeneratedRegex(@"^[\d,]+/[\d,]+ targets \((\d+) %\)")]
    private static partial Regex ProgressLine();

    private static int? ProgressOf(string line) =>
        ProgressLine().Match(line) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, provider: CultureInfo.InvariantCulture) : null;

    private string Describe() => string.Join(
        Environment.NewLine, _agents.Values.Select(agent => agent.Process).Prepend(_coordinator).Select(process => process?.Describe(LinesOfEach)));
}
