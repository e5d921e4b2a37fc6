using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using FpingCluster.TestKit.Programs;
using Xunit.Abstractions;

namespace FpingCluster.Privileged.Tests.Cluster;

/// <summary>A coordinator and its agents, each program on a host of its own. They speak over the control cables; pings take the others.</summary>
internal sealed partial class LabCluster : IAsyncDisposable
{
    private const int LinesOfEach = 15;
    private const string ApiUrl = "http://127.0.0.1:8080";

    // Of its shards, after an agent's death: what ARCHITECTURE.md promises.
    private static readonly TimeSpan MostUntilLeasedAgain = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RoundPatience = TimeSpan.FromMinutes(5);

    private readonly WorkFolder _folder = new();
    private readonly NetworkLab _lab;
    private readonly ITestOutputHelper _output;
    private readonly Dictionary<string, (LabHost Host, LabProcess Process)> _agents = [];
    private LabProcess? _coordinator;
    private string _phase = "start";

    private LabCluster(NetworkLab lab, ITestOutputHelper output) => (_lab, _output) = (lab, output);

    public LabProcess Coordinator => _coordinator!;

    public LabMoment Now => new(TimeProvider.System.GetTimestamp(), Coordinator.LineCount);

    private LabHost CoordinatorHost => _lab.Hosts[0];

    /// <summary>Plays a scenario; when it fails, says in which phase and what every process said last.</summary>
    /// <param name="agents">How many there will be in all.</param>
    public static async Task Play(int agents, ITestOutputHelper output, Func<LabCluster, Task> scenario)
    {
        var began = TimeProvider.System.GetTimestamp();
        await using var cluster = new LabCluster(await NetworkLab.Create(hosts: agents + 1), output);
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

    /// <summary>A coordinator that runs one round and ends.</summary>
    /// <param name="limits">As the file says them.</param>
    public void StartCoordinator(LabJob job, int waitAgents, string limits = "") => _coordinator = CoordinatorHost.Start(
        Repository.CoordinatorProgram,
        [
            "run", "-c", WriteFile("job.yml", $"limits: {{{limits}}}\n", job), "--wait-agents", $"{waitAgents}", "--listen", $"{CoordinatorHost.ControlAddress}:7443", "--insecure",
            "--verbose", "--summary-json", _folder.PathOf("summary.json"),
        ]);

    /// <summary>A coordinator that serves until the laboratory ends.</summary>
    public void StartService(params LabJob[] jobs)
    {
        var keys = $"listen: {{ grpc: \"{CoordinatorHost.ControlAddress}:7443\", http: \"{new Uri(ApiUrl).Authority}\" }}\ndata_dir: data\n";
        _coordinator = CoordinatorHost.Start(Repository.CoordinatorProgram, ["serve", "-c", WriteFile("coordinator.yml", keys, jobs), "--insecure"]);
    }

    /// <summary>On a host of its own; once more with the same name after it ended, on the same host with the same data directory.</summary>
    public LabProcess StartAgent(string name, int maxRate, params string[] options)
    {
        var host = _agents.TryGetValue(name, out var agent) ? agent.Host : _lab.Hosts[_agents.Count + 1];
        var process = host.Start(
            Repository.AgentProgram,
            [
                "run", "--coordinator", $"http://{CoordinatorHost.ControlAddress}:7443", "--insecure", "--name", name, "--data-dir", _folder.PathOf(name),
                "--max-rate", $"{maxRate}", .. options,
            ]);
        _agents[name] = (host, process);
        return process;
    }

    /// <summary>As a cloned disk has it: the id of an agent, for one that is not started yet.</summary>
    public void CopyIdentity(string from, string to)
    {
        Directory.CreateDirectory(_folder.PathOf(to));
        File.Copy(_folder.PathOf($"{from}/agent-id"), _folder.PathOf($"{to}/agent-id"));
    }

    public LabHost HostOf(string agent) => _agents[agent].Host;

    /// <summary>The files that an agent's unacknowledged results are in.</summary>
    public IReadOnlyList<string> SpoolOf(string agent) =>
        Directory.Exists(_folder.PathOf($"{agent}/spool")) ? Directory.GetFiles(_folder.PathOf($"{agent}/spool")) : [];

    /// <summary>Lets an agent run for a part of the time only, as on a machine that has no CPU left for it. It ends with the agent.</summary>
    public void Starve(string agent, TimeSpan runs, TimeSpan stands)
    {
        var (host, process) = _agents[agent];
        host.Start("bash", ["-c", $"while kill -CONT {process.Id}; do sleep {runs.TotalSeconds}; kill -STOP {process.Id}; sleep {stands.TotalSeconds}; done"]);
    }

    /// <summary>Until the coordinator has shown that at least so much of the round is merged, but not yet all.</summary>
    public async Task WaitForProgress(int percent)
    {
        await Coordinator.WaitForLine(line => ProgressOf(line) >= percent, RoundPatience);
        Assert.DoesNotContain(Coordinator.Errors, line => ProgressOf(line) == 100);
    }

    public Task<string> CoordinatorSays(string text, int from = 0) => Coordinator.WaitForLine(line => line.Contains(text, StringComparison.Ordinal), Patience, from, text);

    /// <summary>Until shards of a lost agent are leased to others.</summary>
    public async Task LeasedAgain(string agent, LabMoment fault)
    {
        var line = await CoordinatorSays($"that agent {agent} held, ", fault.Line);
        var took = TimeProvider.System.GetElapsedTime(fault.Timestamp);
        _output.WriteLine($"{took.TotalSeconds:F2} s after the fault: {line}");
        Assert.DoesNotContain("held, 0 are", line, StringComparison.Ordinal);
        Assert.InRange(took, TimeSpan.Zero, MostUntilLeasedAgain);
    }

    /// <summary>Until a lost agent has joined again.</summary>
    /// <param name="lost">When it was known to be lost.</param>
    /// <param name="able">From when on it could.</param>
    public async Task JoinsAgain(string agent, LabMoment lost, LabMoment able)
    {
        await CoordinatorSays($"Agent {agent} joined", lost.Line);
        _output.WriteLine($"{TimeProvider.System.GetElapsedTime(able.Timestamp).TotalSeconds:F2} s until agent {agent} had joined again");
    }

    /// <summary>Echo requests that left this agent's host, whoever sent them: the kernel's own count.</summary>
    public async Task<long> PingsOnTheWire(string agent)
    {
        var snmp = await HostOf(agent).Run(Patience, "cat", "/proc/net/snmp");
        var lines = snmp.Output.Where(line => line.StartsWith("IcmpMsg:", StringComparison.Ordinal)).Select(line => line.Split(' ')).ToList();
        var column = Array.IndexOf(lines[0], "OutType8");
        return column < 0 ? 0 : long.Parse(lines[1][column], CultureInfo.InvariantCulture);
    }

    /// <summary>Of all agents' hosts.</summary>
    public async Task<long> PingsOnTheWire()
    {
        var pings = 0L;
        foreach (var agent in _agents.Keys)
        {
            pings += await PingsOnTheWire(agent);
        }

        return pings;
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
        return new LabRound(exitCode, ResultLine.ReadAll(_folder.PathOf("lab.csv")), SummaryFile.Read(_folder.PathOf("summary.json")));
    }

    /// <summary>Waits until a round of a service is written and reads what it came to.</summary>
    public async Task<LabRound> FirstRoundOf(LabJob job)
    {
        var results = _folder.PathOf(job.ResultFile);
        await Wait.Until(() => File.Exists(results), RoundPatience, $"the results of job {job.Name}", Describe);
        return new LabRound(0, ResultLine.ReadAll(results), (await ClosedRounds(job))[^1]);
    }

    /// <summary>Of a service, the newest first.</summary>
    public async Task<IReadOnlyList<SummaryFile>> ClosedRounds(LabJob job)
    {
        var rounds = await Ask("rounds", "--job", job.Name, "--json");
        using var json = JsonDocument.Parse(string.Concat(rounds.Output));
        return [.. json.RootElement.EnumerateArray().Where(round => round.GetProperty("state").GetString() == "closed").Select(SummaryFile.Of)];
    }

    /// <summary>Runs a command of the coordinator's against the service to the end.</summary>
    public async Task<LabProcess> Ask(params string[] command)
    {
        var process = await CoordinatorHost.Run(Patience, Repository.CoordinatorProgram, [.. command, "--url", ApiUrl, "--token-file", OperatorClient.TokenFile(_folder.PathOf("data"))]);
        Assert.True(process.ExitCode == 0, process.Describe(LinesOfEach));
        return process;
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

    private string WriteFile(string name, string keys, params LabJob[] jobs)
    {
        foreach (var job in jobs)
        {
            _folder.Write(job.TargetFile, $"{job.Targets}\n");
        }

        return _folder.Write(name, $"jobs:\n{string.Join('\n', jobs.AsEnumerable())}\n{keys}");
    }

    private string Describe() => string.Join(
        Environment.NewLine, _agents.Values.Select(agent => agent.Process).Prepend(_coordinator).Select(process => process?.Describe(LinesOfEach)));
}
