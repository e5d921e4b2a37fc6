using FpingCluster.Agent.Engines.Simulated;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines.Simulated;

public class SimulatedNetworkTests
{
    private const int Targets = 50_000;
    private const int Pings = 10;

    private static readonly SimulationSettings Flawless = new() { Dead = 0, Unreachable = 0, Flapping = 0, Lossy = 0 };

    [Fact]
    public void Same_question_has_the_same_answer() => Assert.Equal(Answers(new SimulationSettings(), 1), Answers(new SimulationSettings(), 1));

    [Fact]
    public void Another_seed_is_another_network() =>
        Assert.NotEqual(Answers(new SimulationSettings(), 1), Answers(new SimulationSettings { Seed = 1 }, 1));

    [Fact]
    public void Flawless_network_answers_every_ping() => Assert.DoesNotContain(0u, Answers(Flawless, 1));

    [Fact]
    public void Rtt_of_zero_answers_within_a_microsecond() => Assert.All(Answers(Flawless with { Rtt = 0 }, 1), rtt => Assert.Equal(1u, rtt));

    [Fact]
    public void Dead_targets_are_about_as_many_as_wished_and_the_same_in_each_round()
    {
        var dead = Down(Flawless with { Dead = 2 }, 1);
        Assert.InRange(dead.Count, Targets * 0.018, Targets * 0.022);
        Assert.Equal(dead, Down(Flawless with { Dead = 2 }, 2));
    }

    [Fact]
    public void Unreachable_targets_are_about_as_many_as_wished()
    {
        var network = new SimulatedNetwork(Flawless with { Unreachable = 3 });
        Assert.InRange(Enumerable.Range(0, Targets).Count(i => network.Find(Address(i), new RoundId(1)).IsUnreachable), Targets * 0.027, Targets * 0.033);
    }

    [Fact]
    public void Flapping_target_is_up_in_some_rounds_and_down_in_others()
    {
        var settings = Flawless with { Flapping = 100 };
        var (first, second) = (Down(settings, 1), Down(settings, 2));
        Assert.InRange(first.Count, Targets * 0.48, Targets * 0.52);
        Assert.InRange(first.Intersect(second).Count(), Targets * 0.23, Targets * 0.27);
    }

    [Fact]
    public void Lossy_target_loses_about_the_wished_share_of_its_pings()
    {
        var answers = Answers(Flawless with { Lossy = 100, Loss = 30 }, 1);
        Assert.InRange(answers.Count(rtt => rtt == 0), answers.Length * 0.29, answers.Length * 0.31);
    }

    [Fact]
    public void Rtts_spread_around_the_median_within_their_bounds()
    {
        var answers = Answers(Flawless, 1);
        Array.Sort(answers);
        Assert.InRange(answers[answers.Length / 2], 19_000u, 21_000u);
        Assert.InRange(answers[0], 900u, 5_000u);
        Assert.InRange(answers[^1], 80_000u, 210_000u);
    }

    [Theory]
    [InlineData("10.1.2.77", "10.1.2.1")]
    [InlineData("2001:db8:0:1:a::9", "2001:db8:0:1::1")]
    public void Router_is_the_first_address_of_the_network(string target, string router) =>
        Assert.Equal(router, SimulatedNetwork.RouterOf(TargetAddress.Parse(target)).ToString());

    private static TargetAddress Address(int i) => TargetAddress.FromIPv4(0x0A000000 + (uint)i);

    private static uint[] Answers(SimulationSettings settings, long round)
    {
        var network = new SimulatedNetwork(settings);
        return [.. Enumerable.Range(0, Targets).SelectMany(i => Enumerable.Range(0, Pings).Select(network.Find(Address(i), new RoundId(round)).RttUs))];
    }

    private static List<int> Down(SimulationSettings settings, long round)
    {
        var network = new SimulatedNetwork(settings);
        return [.. Enumerable.Range(0, Targets).Where(i => Enumerable.Range(0, Pings).All(ping => network.Find(Address(i), new RoundId(round)).RttUs(ping) == 0))];
    }
}
