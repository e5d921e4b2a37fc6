using System.Text.Json;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using FpingCluster.TestKit.Programs;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>A coordinator that serves one job over a simulated network, and its agents: each program a process on loopback.</summary>
internal sealed class SimulatedService : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly int _agentPort = FreePort.Find();
    private readonly int _apiPort = FreePort.Find();
    private readonly List<LabProcess> _processes = [];
    private readonly HttpClient _api;

    /// <param name="job">Further keys of the job, in YAML's flow style: ", bucket: 50".</param>
    /// <param name="dataDir">Relative to <see cref="Folder"/> or absolute.</param>
    public SimulatedService(string targets, int count, string job = "", string dataDir = "data")
    {
        _api = OperatorClient.Of(ApiUrl, Folder.PathOf(dataDir));
        Folder.Write("targets.txt", $"{targets}\n");
        Folder.Write("coordinator.yml", $$"""
            jobs:
              - { name: lab, targets: { file: targets.txt }, probe: { engine: simulated, count: {{count}}, period: 100ms, timeout: 200ms }{{job}} }
            listen: { grpc: "127.0.0.1:{{_agentPort}}", http: "127.0.0.1:{{_apiPort}}" }
            data_dir: {{dataDir}}
            """);
    }

    public WorkFolder Folder { get; } = new();

    public string ApiUrl => $"http://127.0.0.1:{_apiPort}/";

    public Uri AgentUrl => new($"http://127.0.0.1:{_agentPort}");

    public LabProcess StartCoordinator() => Start(Repository.CoordinatorProgram, "serve", "-c", Folder.PathOf("coordinator.yml"));

    /// <param name="dataDir">A folder below <see cref="Folder"/>; the agent's name if it is not given.</param>
    public LabProcess StartAgent(string name, int maxRate = 4_000, string? dataDir = null) => Start(
        Repository.AgentProgram, "run", "--coordinator", AgentUrl.ToString(), "--name", name, "--data-dir", Folder.PathOf(dataDir ?? name),
        "--max-rate", $"{maxRate}", "--engine", "simulated", "--simulate", "dead=0");

    /// <summary>Why the coordinator is not ready; null when it is, or does not answer.</summary>
    public async Task<string?> Trouble()
    {
        try
        {
            using var answer = await _api.GetAsync(new Uri("readyz", UriKind.Relative));
            return answer.IsSuccessStatusCode ? null : await answer.Content.ReadAsStringAsync();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Runs a command of the coordinator's against its API to the end.</summary>
    public async Task<LabProcess> Ask(params string[] command)
    {
        var process = Start(Repository.CoordinatorProgram, [.. command, "--url", ApiUrl]);
        await process.WaitForExit(Patience);
        return process;
    }

    /// <summary>The answer of the API, of which null is passed over: it may not be up yet.</summary>
    public async Task<JsonElement> Until(string path, Func<JsonElement, bool> condition, string what)
    {
        JsonElement answer = default;
        await Wait.Until(async () => (answer = await Get(path)).ValueKind != JsonValueKind.Undefined && condition(answer), Patience, what, Describe);
        return answer;
    }

    /// <summary>The agents once so many are connected.</summary>
    public Task<JsonElement> Connected(int agents) => Until(
        "api/v1/agents", all => all.EnumerateArray().Count(agent => agent.GetProperty("status").GetString() == "connected") == agents, $"{agents} connected agents");

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        _api.Dispose();
        Folder.Dispose();
    }

    private async Task<JsonElement> Get(string path)
    {
        try
        {
            return JsonDocument.Parse(await _api.GetStringAsync(new Uri(path, UriKind.Relative))).RootElement;
        }
        catch (HttpRequestException)
        {
            return default;
        }
    }

    private LabProcess Start(string program, params string[] arguments)
    {
        var process = LabProcess.Start(program, arguments);
        _processes.Add(process);
        return process;
    }

    private string Describe() => string.Join(Environment.NewLine, _processes.Select(process => process.Describe(lines: 15)));
}
