using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Results;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Leases;
using Microsoft.Extensions.Logging.Abstractions;
using static FpingCluster.Agent.Tests.Assignments.TestShards;

namespace FpingCluster.Agent.Tests.Engines;

public class EngineHostTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ChangeSignal _outgoing = new();
    private readonly AssignmentTable _table;
    private readonly ResultOutbox _outbox;
    private readonly LeaseReturns _returns;
    private readonly LeasedResultSink _sink;

    public EngineHostTests()
    {
        var gate = new IntakeGate();
        _table = new AssignmentTable([EngineKind.Simulated], gate, TimeProvider.System);
        _outbox = new ResultOutbox(gate, _outgoing);
        _returns = new LeaseReturns(_outgoing);
        _sink = new LeasedResultSink(_table, _outbox, _returns, new ProbeCounters(), _outgoing);
    }

    [Fact]
    public async Task Engine_that_breaks_gives_its_shards_back_and_is_started_again()
    {
        var broken = new FakeEngine { Fault = new InvalidOperationException("no process slots") };
        var sound = new FakeEngine();
        var engines = new Queue<FakeEngine>([broken, sound]);
        using var stop = new CancellationTokenSource();
        Grant(1, 2);

        var run = Host(broken.Offer with { Create = engines.Dequeue }).RunAsync(stop.Token);
        Assert.Equal(Lease(2), (await sound.NextTakenAsync(Patience)).Lease);

        var returned = Assert.Single(_returns.TakeAll());
        Assert.Equal((Lease(1), LeaseReturnReason.EngineFailed), (returned.Lease, returned.Reason));
        Assert.Contains("no process slots", returned.Detail, StringComparison.Ordinal);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Patience));
    }

    [Fact]
    public async Task Drained_host_ends_when_its_engines_have_reported_what_they_took()
    {
        var engine = new FakeEngine(answersAtOnce: false);
        Grant(1);
        var run = Host(engine.Offer).RunAsync(default);
        var shard = await engine.NextTakenAsync(Patience);

        _table.Drain();
        Assert.False(run.IsCompleted);
        engine.Complete(shard);

        await run.WaitAsync(Patience);
        Assert.Equal(1, _outbox.Count);
    }

    [Fact]
    public async Task Host_without_an_engine_that_works_tells_each_reason()
    {
        EngineOffer[] offers =
        [
            new(EngineKind.Raw, _ => Task.FromResult(new EngineProof(false, "no permission for raw sockets")), () => new FakeEngine()),
            new(EngineKind.Fping, _ => Task.FromResult(new EngineProof(false, "fping is not installed")), () => new FakeEngine()),
        ];

        var error = await Assert.ThrowsAsync<UserErrorException>(() => EngineHost.ProveAsync(offers, NullLogger<EngineHost>.Instance, default));

        Assert.Equal(ExitCode.BadUsage, error.ExitStatus);
        Assert.Contains("no permission for raw sockets", error.Message, StringComparison.Ordinal);
        Assert.Contains("fping is not installed", error.Message, StringComparison.Ordinal);
    }

    private EngineHost Host(EngineOffer offer) => new([offer], _table, _sink, _returns, TimeProvider.System, NullLogger<EngineHost>.Instance);

    private void Grant(params ulong[] shards)
    {
        _table.StartRound(Named());
        Assert.Empty(_table.Grant(Round, [.. shards.Select(shard => Granted(shard))]));
    }
}
