using FpingCluster.Agent.Cli;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Session;
using FpingCluster.Agent.Spooling;
using FpingCluster.Agent.Tests.Cli;
using FpingCluster.Agent.Tests.Engines;
using FpingCluster.Shared.Configuration;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Tests.Session;

/// <summary>A whole agent in this process: real gRPC, real clock, a fake engine.</summary>
internal sealed class AgentUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _drain = new(), _leave = new();
    private readonly TemporaryDirectory _data;
    private readonly TemporaryDirectory? _ownData;
    private readonly AgentIdentity _identity;
    private readonly ResultSpool _spool;
    private readonly AgentRuntime _runtime;
    private readonly ILoggerFactory _loggers;
    private readonly Task<int> _run;

    public AgentUnderTest(FakeEngine engine, params Uri[] coordinators)
        : this(new TemporaryDirectory(), engine, coordinators) => _ownData = _data;

    /// <param name="data">For agents that follow one another; it stays.</param>
    public AgentUnderTest(TemporaryDirectory data, FakeEngine engine, params Uri[] coordinators)
    {
        _data = data;
        _identity = AgentIdentity.Open(data.Path);
        _spool = ResultSpool.Open(Path.Combine(data.Path, ResultSpool.FolderName), 16 << 20);
        _loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Log));
        var profile = new AgentProfile(_identity, "berlin-1", "0.1.0", new Dictionary<string, string>(), [EngineKind.Simulated]);
        _runtime = new AgentRuntime(profile, coordinators, [engine.Offer], new RateLimit(20_000), new GrpcSessionDialer(), _spool, TimeProvider.System, _loggers);
        _run = _runtime.RunAsync(_drain.Token, _leave.Token);
    }

    public LogLines Log { get; } = new();

    public void Drain() => _drain.Cancel();

    public void Leave() => _leave.Cancel();

    public Task<int> ExitCodeAsync() => _run.WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        Leave();
        await ExitCodeAsync();
        _runtime.Dispose();
        _loggers.Dispose();
        _spool.Dispose();
        _identity.Dispose();
        _drain.Dispose();
        _leave.Dispose();
        _ownData?.Dispose();
    }
}
