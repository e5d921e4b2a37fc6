using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Results;
using FpingCluster.Agent.Session;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Timing;
using FpingCluster.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using static FpingCluster.Agent.Tests.Assignments.TestShards;

namespace FpingCluster.Agent.Tests.Session;

public sealed class SessionLoopTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Uri First = new("http://127.0.0.1:1"), Second = new("http://127.0.0.1:2");

    private readonly List<Uri> _dialled = [];
    private readonly Queue<SessionEnd> _ends = new();
    private readonly AssignmentTable _table;
    private readonly DrainState _drain;
    private readonly SessionLoop _loop;
    private int _renewals;

    public SessionLoopTests()
    {
        var (gate, outgoing) = (new IntakeGate(), new ChangeSignal());
        _table = new AssignmentTable([EngineKind.Simulated], gate, new FakeTimeProvider());
        _drain = new DrainState(_table, new ResultOutbox(gate, outgoing), new LeaseReturns(outgoing), outgoing);
        _loop = new SessionLoop([First, Second], Run, Renew, _drain, new Backoff(TimeSpan.Zero, TimeSpan.Zero, new Random(1)), TimeProvider.System, NullLogger<SessionLoop>.Instance);
    }

    public void Dispose() => _drain.Dispose();

    [Fact]
    public async Task Passing_trouble_is_tried_again_with_each_coordinator_in_turn()
    {
        Ends(SessionOutcome.Unreachable, SessionOutcome.Silent, SessionOutcome.Unreachable, SessionOutcome.Stopped);

        var end = await _loop.RunAsync(default).WaitAsync(Patience);

        Assert.Equal(SessionOutcome.Stopped, end.Outcome);
        Assert.Equal([First, Second, First, Second], _dialled);
    }

    [Theory]
    [InlineData((int)SessionOutcome.Stopped)]
    [InlineData((int)SessionOutcome.Drained)]
    [InlineData((int)SessionOutcome.Rejected)]
    public async Task Final_end_is_not_tried_again(int outcome)
    {
        Ends((SessionOutcome)outcome);

        var end = await _loop.RunAsync(default).WaitAsync(Patience);

        Assert.Equal((SessionOutcome)outcome, end.Outcome);
        Assert.Single(_dialled);
    }

    [Fact]
    public async Task Drained_agent_with_nothing_to_hand_over_does_not_dial()
    {
        _drain.Begin("told to");

        var end = await _loop.RunAsync(default).WaitAsync(Patience);

        Assert.Equal(SessionOutcome.Drained, end.Outcome);
        Assert.Empty(_dialled);
    }

    [Fact]
    public async Task Drained_agent_with_results_to_hand_over_dials_on()
    {
        _table.StartRound(Named());
        Assert.Empty(_table.Grant(Round, [Granted(1)]));
        Assert.Single(_table.Take(EngineKind.Simulated, 1));
        _drain.Begin("told to");
        Ends(SessionOutcome.Unreachable, SessionOutcome.Drained);

        await _loop.RunAsync(default).WaitAsync(Patience);

        Assert.Equal(2, _dialled.Count);
    }

    [Fact]
    public async Task Session_with_an_outdated_certificate_is_dialled_again_at_once_with_the_same_coordinator()
    {
        Ends(SessionOutcome.Unreachable, SessionOutcome.Outdated, SessionOutcome.Outdated, SessionOutcome.Stopped);

        await _loop.RunAsync(default).WaitAsync(Patience);

        Assert.Equal([First, Second, Second, Second], _dialled);
    }

    [Fact]
    public async Task Taken_identity_is_renewed_and_the_same_coordinator_asked_again_at_once()
    {
        Ends(SessionOutcome.IdentityTaken, SessionOutcome.Stopped);

        await _loop.RunAsync(default).WaitAsync(Patience);

        Assert.Equal(1, _renewals);
        Assert.Equal([First, First], _dialled);
    }

    [Fact]
    public async Task Identity_refused_again_before_a_good_session_is_kept_and_the_next_coordinator_tried()
    {
        Ends(SessionOutcome.IdentityTaken, SessionOutcome.IdentityTaken, SessionOutcome.Unreachable, SessionOutcome.IdentityTaken, SessionOutcome.Stopped);

        await _loop.RunAsync(default).WaitAsync(Patience);

        Assert.Equal(1, _renewals);
        Assert.Equal([First, First, Second, First, Second], _dialled);
    }

    [Fact]
    public async Task Identity_refused_after_a_good_session_is_renewed_again()
    {
        Ends(SessionOutcome.IdentityTaken);
        _ends.Enqueue(new SessionEnd(SessionOutcome.Unreachable, "scripted", Healthy: true));
        Ends(SessionOutcome.IdentityTaken, SessionOutcome.Stopped);

        await _loop.RunAsync(default).WaitAsync(Patience);

        Assert.Equal(2, _renewals);
    }

    private string Renew() => $"kept-{++_renewals}";

    private void Ends(params SessionOutcome[] outcomes)
    {
        foreach (var outcome in outcomes)
        {
            _ends.Enqueue(new SessionEnd(outcome, "scripted"));
        }
    }

    private Task<SessionEnd> Run(Uri coordinator, CancellationToken stop)
    {
        _dialled.Add(coordinator);
        return Task.FromResult(_ends.Dequeue());
    }
}
