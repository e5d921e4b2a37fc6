using System.Net;
using FpingCluster.Coordinator.Hosting;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Security;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Coordinator.Tests.Jobs;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.Shared.Configuration;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Programs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Tests.Hosting;

/// <summary>A whole coordinator on free ports of the loopback, with one job of two pings a target and a store in memory.</summary>
internal sealed class TestCoordinator : IAsyncDisposable
{
    public const string Job = "iot";
    public const int Count = 2;

    private readonly ConfigurationFolder _folder;
    private readonly WebApplication _app;

    private TestCoordinator(ConfigurationFolder folder, WebApplication app, string dataDir)
    {
        (_folder, _app) = (folder, app);
        var endpoints = CoordinatorHost.Endpoints(app);
        (Grpc, Api) = (new Uri($"http://{endpoints[0]}"), new Uri($"http://{endpoints[1]}"));
        Security = Path.Combine(dataDir, "security");
        Http = OperatorClient.Of(Api.ToString(), dataDir);
        Anonymous = new HttpClient { BaseAddress = Api };
    }

    public Uri Grpc { get; }

    public Uri Api { get; }

    /// <summary>With the operator's token.</summary>
    public HttpClient Http { get; }

    /// <summary>Without a token.</summary>
    public HttpClient Anonymous { get; }

    /// <summary>The folder of its secrets.</summary>
    public string Security { get; }

    public TokenBook Tokens => _app.Services.GetRequiredService<TokenBook>();

    public AuditLog Audit => _app.Services.GetRequiredService<AuditLog>();

    public EnrolledAgents Enrolled => _app.Services.GetRequiredService<EnrolledAgents>();

    /// <summary>Everything that it answers.</summary>
    public IEnumerable<Endpoint> Routes => ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints);

    public ClusterLoop Cluster => _app.Services.GetRequiredService<ClusterLoop>();

    public MemoryResultStore Store => (MemoryResultStore)_app.Services.GetRequiredService<IResultStore>();

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public RoundRecord LastRound => Store.ReadRounds(Job, limit: 1).Single();

    private JobRunner Runner => _app.Services.GetRequiredService<ServiceJobs>().Runners[0];

    /// <param name="bucket">The most targets in a shard.</param>
    /// <param name="store">That of a coordinator before; null: a new one.</param>
    /// <param name="dataDir">Null: a folder of its own.</param>
    public static async Task<TestCoordinator> StartAsync(
        string targets = "127.0.0.1\n",
        int bucket = 500,
        TimeProvider? time = null,
        MemoryResultStore? store = null,
        SecuritySettings? security = null,
        string? dataDir = null,
        Action<IServiceCollection>? configure = null)
    {
        var folder = new ConfigurationFolder();
        var job = new Job
        {
            Name = Job,
            TargetFile = folder.Write("targets.csv", targets),
            Probe = new Probe { Engine = EngineKind.Simulated, Count = Count, Bucket = bucket },
        };
        // A long grace: these agents send no heartbeats unless a test wants them to.
        var cluster = new ClusterOptions { Grace = TimeSpan.FromMinutes(1), TickInterval = TimeSpan.FromMilliseconds(20) };
        var settings = new HostSettings(
            new IPEndPoint(IPAddress.Loopback, 0), new IPEndPoint(IPAddress.Loopback, 0), Insecure: false, dataDir ?? folder["data"], cluster, SettingNames.Keys)
        {
            Security = security ?? new SecuritySettings(),
        };
        var app = CoordinatorHost.Build(settings, LogLevel.Critical, services =>
        {
            services.AddSingleton(time ?? TimeProvider.System).AddSingleton<IResultStore>(store ?? new MemoryResultStore()).AddSingleton<ServiceJobs>();
            configure?.Invoke(services);
        });
        app.Services.GetRequiredService<ServiceJobs>().Runners = await JobRunners.CreateAsync([job], new Limits(), app.Services, CancellationToken.None);
        await CoordinatorHost.StartAsync(app, CancellationToken.None);
        return new TestCoordinator(folder, app, settings.DataDir);
    }

    /// <summary>A client with a token of its own.</summary>
    public HttpClient ClientOf(string token)
    {
        var client = new HttpClient { BaseAddress = Api };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        return client;
    }

    /// <summary>Runs one round of the job to its close.</summary>
    public Task RunRoundAsync(CancellationToken cancellationToken = default) => Runner.RunAsync(rounds: 1, keepGoing: false, cancellationToken);

    /// <summary>Runs one round with one agent that answers for every target.</summary>
    public async Task RunRoundWithAgentAsync(string agent = "a1")
    {
        await using var session = await TestAgent.JoinAsync(Grpc, agent);
        var answering = session.AnswerAsync();
        await RunRoundAsync().WaitAsync(TestAgent.Patience);
        await session.LeaveAsync();
        await answering;
        await Wait.Until(() => Cluster.Membership.Agents.All(member => member.Introduction.Name != agent), TestAgent.Patience, $"{agent} has left");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Anonymous.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
