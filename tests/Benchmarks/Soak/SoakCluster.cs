using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using FpingCluster.TestKit.Programs;

namespace FpingCluster.Benchmarks.Soak;

/// <summary>A coordinator that serves, one agent that nothing happens to (the witness) and some that faults hit. They ping loopback with the raw engine.</summary>
internal sealed class SoakCluster : IAsyncDisposable
{
    public const int Targets = 16_384, Count = 2;

    private const string WitnessName = "witness";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly int _port = FreePort.Find(), _apiPort = FreePort.Find();
    private readonly Dictionary<string, LabProcess> _agents = [];

    /// <param name="victims">Agents besides the witness.</param>
    public SoakCluster(string folder, int victims)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        Api = OperatorClient.Of($"http://127.0.0.1:{_apiPort}/", PathOf("data"));
        Victims = [.. Enumerable.Range(1, victims).Select(number => $"victim-{number}")];
        File.WriteAllText(PathOf("targets.txt"), "127.7.0.0/18\n");
        File.WriteAllText(PathOf("coordinator.yml"), $$"""
            jobs:
              - name: soak
                targets: { file: targets.txt }
                every: 5s
                probe: { count: {{Count}}, period: 200ms, timeout: 500ms }
                output: { file: results.csv }
            limits: { rate: 40000 }
            store: { retention: 1m }
            listen: { grpc: "127.0.0.1:{{_port}}", http: "127.0.0.1:{{_apiPort}}" }
            data_dir: data
            """);
        Coordinator = LaunchCoordinator();
        foreach (var agent in Victims.Append(WitnessName))
        {
            Launch(agent);
        }
    }

    public HttpClient Api { get; }

    public IReadOnlyList<string> Victims { get; }

    public LabProcess Coordinator { get; private set; }

    public LabProcess Agent(string name) => _agents[name];

    /// <summary>Starts an agent that has ended, with the identity and the spool it had.</summary>
    public void Launch(string agent) => _agents[agent] = LabProcess.Start(
        Repository.AgentProgram,
        ["run", "--coordinator", $"http://127.0.0.1:{_port}", "--name", agent, "--data-dir", PathOf(agent), "--engine", "raw"]);

    public async Task EndAsync(string agent)
    {
        await Agent(agent).WaitForExit(Patience);
        await Agent(agent).DisposeAsync();
    }

    /// <summary>Killed and started again on its store.</summary>
    public async Task RestartCoordinatorAsync()
    {
        Coordinator.Kill9();
        await Coordinator.WaitForExit(Patience);
        await Coordinator.DisposeAsync();
        Coordinator = LaunchCoordinator();
    }

    public SoakSample Sample() => new(
        Footprint.Of(Coordinator.Id), Footprint.Of(Agent(WitnessName).Id), Directory.GetFiles(PathOf("data")).Sum(file => new FileInfo(file).Length));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _agents.Values.Append(Coordinator))
        {
            await process.DisposeAsync();
        }

        Api.Dispose();
    }

    private LabProcess LaunchCoordinator() => LabProcess.Start(Repository.CoordinatorProgram, ["serve", "-c", PathOf("coordinator.yml")]);

    private string PathOf(string name) => Path.Combine(_folder, name);
}
