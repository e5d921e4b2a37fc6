using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Results;
using FpingCluster.Agent.Session;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace FpingCluster.Agent.Tests.Session;

/// <summary>What an agent makes of the budgets that it is told.</summary>
public sealed class RateBudgetTests
{
    private readonly RateLimit _rate = new(20_000);
    private readonly CoordinatorMessageHandler _handler;

    public RateBudgetTests()
    {
        var (gate, outgoing, time) = (new IntakeGate(), new ChangeSignal(), new FakeTimeProvider());
        var table = new AssignmentTable([EngineKind.Simulated], gate, time);
        var (outbox, returns) = (new ResultOutbox(gate, outgoing), new LeaseReturns(outgoing));
        _handler = new CoordinatorMessageHandler(
            table, new ShardContentCache(), outbox, returns, _rate, new DrainState(table, outbox, returns, outgoing), outgoing, time,
            NullLogger<CoordinatorMessageHandler>.Instance);
    }

    [Fact]
    public void Nothing_stops_what_is_sent_until_the_next_budget()
    {
        Hear(new RateBudget { PingsPerSecond = 1, Nothing = true, Serial = 3 });
        Assert.Equal((true, 0, 3ul), (_rate.IsSuspended, _rate.Share, _rate.KeptSerial));

        Hear(new RateBudget { PingsPerSecond = 50, Serial = 4 });

        Assert.Equal((false, 50), (_rate.IsSuspended, _rate.PingsPerSecond));
    }

    [Fact]
    public void Part_of_a_prefix_is_kept_until_a_budget_without_one()
    {
        Hear(new RateBudget { PingsPerSecond = 50, PerPrefix = new PrefixShare { Ipv4Bits = 24, Ipv6Bits = 48, MillipingsPerSecond = 6_600 } });
        Assert.Equal(new PrefixRate(24, 48, 6.6), _rate.PerPrefix);

        Hear(new RateBudget { PingsPerSecond = 50 });

        Assert.Null(_rate.PerPrefix);
    }

    [Fact]
    public void Part_of_a_prefix_that_is_none_breaks_the_protocol() => Assert.StartsWith(
        "a limit for each prefix of ",
        Assert.Throws<SessionProtocolException>(() => Hear(new RateBudget { PerPrefix = new PrefixShare { Ipv4Bits = 33 } })).Message,
        StringComparison.Ordinal);

    private void Hear(RateBudget budget) => _handler.Handle(new CoordinatorMessage { RateBudget = budget });
}
