using FpingCluster.Agent.Cli;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Simulated;
using FpingCluster.Agent.Identity;
using FpingCluster.Agent.Session;
using FpingCluster.Agent.Spooling;
using FpingCluster.Cluster.Tests.Interop;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Configuration;
using FpingCluster.TestKit;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Cluster.Tests.Security;

/// <summary>A whole coordinator and a whole agent in this process, whose certificate runs by a clock of the test's.</summary>
public sealed class RenewalTests : IDisposable
{
    private const int Targets = 64;
    private const int Count = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string Job = $$"""
        jobs:
          - name: renewal
            targets: { file: targets.csv }
            probe: { engine: simulated, count: {{Count}}, period: 500ms, timeout: 500ms }
            bucket: 4
        """;

    private readonly WorkFolder _data = new();
    private readonly RecordedLog _log = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Certificate_is_renewed_in_mid_round_and_no_lease_is_lost()
    {
        await using var coordinator = await CoordinatorUnderTest.StartAsync(string.Concat(Enumerable.Range(1, Targets).Select(i => $"10.0.0.{i}\n")), Job);
        _data.Write("join.token", coordinator.JoinToken());
        using var timeout = new CancellationTokenSource(Patience, TimeProvider.System);
        using var leave = new CancellationTokenSource();
        using var identity = AgentIdentity.Open(_data.PathOf("agent"));
        using var runtime = NewAgent(identity, new Uri($"https://{coordinator.Address}"));
        var agent = runtime.RunAsync(leave.Token, leave.Token);

        var round = coordinator.RunRoundAsync(timeout.Token);
        await Wait.Until(() => coordinator.Agents.Any(member => member.Load.BegunShards > 0), Patience, "shards that are begun");
        var first = coordinator.Agents.Single();
        _time.JumpWallClock(TimeSpan.FromHours(17));
        _time.Advance(TimeSpan.FromMinutes(1));
        await Wait.Until(() => Now(coordinator) is { } now && now.ConnectedSince > first.ConnectedSince, Patience, "a session with the new certificate");
        Assert.False(round.IsCompleted);
        var outcome = await round;
        Assert.Equal(0, await agent.WaitAsync(Patience));

        Assert.Equal((Targets, 0, (long)Targets * Count), (outcome.Summary.Up, outcome.Summary.Unknown, outcome.Summary.Sent));
        // No more than that was ever sent, so nothing was probed twice.
        Assert.Contains(_log.Lines, line => line.EndsWith($"pings sent since the start: {Targets * Count}", StringComparison.Ordinal));
        Assert.Equal(["agent.renew", "agent.enrol"], coordinator.Service<AuditLog>().Read(limit: 10).Select(entry => entry.What));
    }

    private static AgentMember? Now(CoordinatorUnderTest coordinator) => coordinator.Agents.SingleOrDefault(member => member.Status == AgentStatus.Connected);

    private AgentRuntime NewAgent(AgentIdentity identity, Uri url)
    {
        var loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));
        var credentials = new AgentCredentials(
            new CredentialOptions { TokenFile = _data.PathOf("join.token") }, _data.PathOf("agent"), () => identity.AgentId, "a1", _time, loggers.CreateLogger<AgentCredentials>());
        var rate = new RateLimit(200, TimeProvider.System);
        var engines = EngineCatalog.Offers(rate, new EngineSetup(new SimulationSettings { Dead = 0, Unreachable = 0, Flapping = 0, Lossy = 0 }), TimeProvider.System, loggers)
            .Where(offer => offer.Kind == EngineKind.Simulated).ToList();
        return new AgentRuntime(
            new AgentProfile(identity, "a1", "1.0", new Dictionary<string, string>(), [EngineKind.Simulated]), [url], engines, rate, new GrpcSessionDialer(credentials),
            ResultSpool.Open(_data.PathOf("agent/spool"), 16 << 20), TimeProvider.System, loggers);
    }
}
