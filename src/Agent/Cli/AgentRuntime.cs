using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Diagnostics;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Results;
using FpingCluster.Agent.Session;
using FpingCluster.Agent.Spooling;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Timing;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Cli;

/// <summary>One agent: its engines and its session, run side by side over the state they share, from start to exit code.</summary>
internal sealed partial class AgentRuntime : IDisposable
{
    /// <summary>On top of the probes still running, for the results to be sent and acknowledged.</summary>
    public static readonly TimeSpan DrainGrace = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Between two attempts at a session. Less than a coordinator's grace: after a restart it waits that long, from the first agent that is back, before it
    /// leases what the others may hold.
    /// </summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);

    private readonly ChangeSignal _outgoing = new();
    private readonly AssignmentTable _table;
    private readonly ResultOutbox _outbox;
    private readonly LeaseReturns _returns;
    private readonly DrainState _drain;
    private readonly AgentMessages _messages;
    private readonly CoordinatorMessageHandler _handler;
    private readonly EngineHost _engines;
    private readonly SpoolKeeper _keeper;
    private readonly SessionLoop _sessions;
    private readonly ProbeCounters _counters = new();
    private readonly RateLimit _rate;
    private readonly ISessionDialer _dialer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <param name="engines">Proved, best first, as <paramref name="profile"/> names them.</param>
    public AgentRuntime(
        AgentProfile profile,
        IReadOnlyList<Uri> coordinators,
        IReadOnlyList<EngineOffer> engines,
        RateLimit rate,
        ISessionDialer dialer,
        ResultSpool spool,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        (_rate, _dialer, _time, _logger) = (rate, dialer, time, loggers.CreateLogger<AgentRuntime>());
        var intake = new IntakeGate(() => !rate.IsSuspended);
        rate.Resumed += intake.LookAgain;
        _table = new AssignmentTable(profile.Engines, intake, time);
        _outbox = new ResultOutbox(intake, _outgoing);
        _returns = new LeaseReturns(_outgoing);
        _keeper = new SpoolKeeper(_outbox, spool, _returns, _counters, time, loggers.CreateLogger<SpoolKeeper>());
        _keeper.Recover();
        _drain = new DrainState(_table, _outbox, _returns, _outgoing);
        _messages = new AgentMessages(profile, _table, _outbox, rate, _counters, CpuMeter.OfHost(), time);
        _handler = new CoordinatorMessageHandler(
            _table, new ShardContentCache(), _outbox, _returns, rate, _drain, _outgoing, time, loggers.CreateLogger<CoordinatorMessageHandler>());
        var sink = new LeasedResultSink(_table, _outbox, _returns, _counters, _outgoing);
        _engines = new EngineHost(engines, _table, sink, _returns, time, loggers.CreateLogger<EngineHost>());
        _sessions = new SessionLoop(
            coordinators, RunSessionAsync, () => BecomeAnother(profile.Identity), _drain, new Backoff(FirstWait, LongestWait, Random.Shared), time, loggers.CreateLogger<SessionLoop>());
    }

    public ServiceManager Service { get; init; } = ServiceManager.OfProcess;

    /// <param name="drainAsked">Finish or return what is held, then leave.</param>
    /// <param name="leave">Leave at once.</param>
    public async Task<int> RunAsync(CancellationToken drainAsked, CancellationToken leave)
    {
        using var drainOver = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(drainOver.Token, leave);
        await using var bound = _drain.Requested.Register(() => drainOver.CancelAfter(_table.ProbingLeft(_rate.PingsPerSecond) + DrainGrace));
        await using var told = _drain.Requested.Register(Service.Stopping);
        await using var asked = drainAsked.Register(() => BeginDrain());

        using var nothingComes = new CancellationTokenSource();

        var spooling = Task.Run(() => _keeper.RunAsync(nothingComes.Token), CancellationToken.None);
        var engines = _engines.RunAsync(stop.Token);
        var sessions = _sessions.RunAsync(stop.Token);
        var watched = Service.WatchAsync(_ => Task.Run(_table.Count, CancellationToken.None), _time, nothingComes.Token);
        await Task.WhenAny(engines, sessions, spooling);
        if (engines.IsFaulted || spooling.IsFaulted)
        {
            await stop.CancelAsync();
        }

        await ((Task)sessions).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await stop.CancelAsync();
        await engines.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await nothingComes.CancelAsync();
        await spooling;
        await watched;
        await (engines.IsFaulted ? engines : Task.CompletedTask);
        return ExitCodeOf(await sessions);
    }

    public void Dispose() => _drain.Dispose();

    private void BeginDrain()
    {
        if (!_drain.IsRequested)
        {
            Log.Draining(_logger, _table.Count().Begun, _outbox.Count);
        }

        _drain.Begin("the agent was told to leave");
    }

    private string BecomeAnother(AgentIdentity identity)
    {
        var kept = identity.Renew(_time.GetUtcNow());
        _dialer.BecomeAnother();
        return kept;
    }

    private async Task<SessionEnd> RunSessionAsync(Uri coordinator, CancellationToken stop)
    {
        ISessionStream stream;
        try
        {
            stream = await DialAsync(coordinator, stop);
        }
        catch (OperationCanceledException)
        {
            return stop.IsCancellationRequested ? new SessionEnd(SessionOutcome.Stopped, "stopped") : new SessionEnd(SessionOutcome.Unreachable, "this agent leaves");
        }
        catch (Exception exception) when (SessionFaults.Classify(exception, welcomed: false) is { } end)
        {
            return end;
        }

        await using (stream)
        {
            return await RunSessionAsync(coordinator, stream, stop);
        }
    }

    // An agent without anything to hand over need not wait for a coordinator before it leaves.
    private async Task<ISessionStream> DialAsync(Uri coordinator, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await using var leaving = _drain.Requested.Register(() =>
        {
            if (_drain.MayLeave)
            {
                ended.Cancel();
            }
        });
        return await _dialer.DialAsync(coordinator, ended.Token);
    }

    private async Task<SessionEnd> RunSessionAsync(Uri coordinator, ISessionStream stream, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var outdated = _dialer.OutdatedAsync(coordinator, ended.Token);
        var session = new SessionRun(stream, _messages, _handler, _outbox, _returns, _drain, _outgoing, Welcomed, _time).RunAsync(ended.Token);
        await Task.WhenAny(session, outdated);
        await ended.CancelAsync();
        var end = await session;
        await (outdated.IsFaulted ? outdated : Task.CompletedTask);
        return end.Outcome == SessionOutcome.Stopped && !stop.IsCancellationRequested ? end with { Outcome = SessionOutcome.Outdated } : end;

        void Welcomed(Welcome welcome)
        {
            Log.Connected(_logger, coordinator, welcome.CoordinatorVersion, _outbox.Count);
            Service.Ready($"connected to {coordinator}");
        }
    }

    private int ExitCodeOf(SessionEnd end)
    {
        switch (end.Outcome)
        {
            case SessionOutcome.Drained:
                Log.Drained(_logger, _counters.Sent);
                return ExitCode.Done;
            case SessionOutcome.Rejected:
                return ExitCode.Rejected;
            default:
                Log.LeftEarly(_logger, _table.Count().Begun, _outbox.Count);
                return ExitCode.Incomplete;
        }
    }
}
