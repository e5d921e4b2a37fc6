using System.Globalization;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using FpingCluster.TestKit.Truth;

namespace FpingCluster.Privileged.Tests.Truth;

/// <summary>The rules as an independent program sees them.</summary>
public sealed class TruthNetworkTests
{
    private const string V4 = "10.64.0.9", V6 = "fd66:1::9";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Targets => [V4, V6];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Answering_target_is_measured_no_faster_than_it_was(string target)
    {
        await using var network = await TruthNetwork.Create(_ => TargetRule.Answers(afterMs: 5));

        var fping = await Fping(network, target);

        var truth = network.Truth(TargetAddress.Parse(target));
        Assert.Equal([0, 1, 2], truth.Requests.Select(request => request.Sequence));
        Assert.Equal(2, truth.Gaps.Count);
        var least = truth.RepliesWithin(Patience);
        Assert.Equal([0, 1, 2], least.Keys.Order());
        Assert.All(least.Values, ns => Assert.True(ns >= 5_000_000, $"{ns} ns"));
        Assert.All(Rtts(fping).Zip(least.OrderBy(reply => reply.Key)), ping =>
            Assert.True(ping.First!.Value * 1e6 >= ping.Second.Value - 10_000, $"{ping.First} ms measured, {ping.Second.Value} ns true"));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Lost_pings_are_those_of_the_rule(string target)
    {
        await using var network = await TruthNetwork.Create(_ => TargetRule.Answers().Losing(0, 2));

        var fping = await Fping(network, target);

        Assert.Equal([true, false, true], Rtts(fping).Select(rtt => rtt is null));
        Assert.Equal([0, 2], network.Truth(TargetAddress.Parse(target)).LostWithin(Patience));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Dead_target_gets_its_pings_and_stays_silent(string target)
    {
        await using var network = await TruthNetwork.Create(_ => TargetRule.Dead);

        var fping = await Fping(network, target);

        var truth = network.Truth(TargetAddress.Parse(target));
        Assert.Equal(1, fping.ExitCode);
        Assert.Equal(3, truth.Requests.Count);
        Assert.Empty(truth.Answers);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Duplicates_are_told_from_the_reply(string target)
    {
        await using var network = await TruthNetwork.Create(_ => TargetRule.Answers().Duplicating(ping: 1, copies: 2));

        var fping = await Fping(network, "-q", target);

        var kinds = network.Truth(TargetAddress.Parse(target)).Answers.Where(answer => answer.Ping == 1).Select(answer => answer.Kind);
        Assert.Equal([AnswerKind.Reply, AnswerKind.Duplicate, AnswerKind.Duplicate], kinds);
        Assert.Equal(2, fping.Errors.Count(line => line.Contains("duplicate for [1]", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Late_reply_is_lost_within_the_timeout_and_given_beyond_it(string target)
    {
        await using var network = await TruthNetwork.Create(_ => TargetRule.Answers().Late(ping: 2, afterMs: 400));

        var fping = await Fping(network, target);

        var address = TargetAddress.Parse(target);
        Assert.Equal([false, false, true], Rtts(fping).Select(rtt => rtt is null));
        await Wait.Until(() => network.Truth(address).Answers.Count == 3, Patience, "the late reply");
        Assert.Equal([2], network.Truth(address).LostWithin(TimeSpan.FromMilliseconds(100)));
        Assert.Empty(network.Truth(address).LostWithin(Patience));
    }

    // fping 5.1 does not tell ICMPv6 errors.
    [Theory]
    [InlineData(3, 1, "ICMP Host Unreachable")]
    [InlineData(11, 0, "ICMP Time Exceeded")]
    public async Task Icmp_error_names_the_ping_it_is_about(byte type, byte code, string name)
    {
        var router = TargetAddress.Parse("10.66.1.1");
        await using var network = await TruthNetwork.Create(_ => TargetRule.Dead.On(0, Answer.IcmpError(type, code, router)));

        var fping = await Fping(network, V4);

        Assert.Single(fping.Errors, $"{name} from {router} for ICMP Echo sent to {V4}");
        var answer = Assert.Single(network.Truth(TargetAddress.Parse(V4)).Answers);
        Assert.Equal((0, AnswerKind.IcmpError), (answer.Ping, answer.Kind));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Large_ping_is_answered_whole(string target)
    {
        await using var network = await TruthNetwork.Create(_ => TargetRule.Answers());

        var fping = await Fping(network, "-b", "40000", target);

        Assert.Equal(0, fping.ExitCode);
        Assert.Equal(3, network.Truth(TargetAddress.Parse(target)).Requests.Count);
    }

    [Fact]
    public async Task Every_target_has_a_rule_and_a_truth_of_its_own()
    {
        var dead = TargetAddress.Parse("10.64.0.2");
        await using var network = await TruthNetwork.Create(address => address == dead ? TargetRule.Dead : TargetRule.Answers());

        await Fping(network, "10.64.0.1", "10.64.0.2", "10.127.255.255");

        Assert.Empty(network.Truth(TargetAddress.Parse("10.64.0.1")).LostWithin(Patience));
        Assert.Equal([0, 1, 2], network.Truth(dead).LostWithin(Patience));
        Assert.Empty(network.Truth(TargetAddress.Parse("10.127.255.255")).LostWithin(Patience));
        Assert.Empty(network.Truth(TargetAddress.Parse("10.64.0.3")).Requests);
    }

    [Fact]
    public async Task Rule_that_throws_is_told_with_the_truth()
    {
        await using var network = await TruthNetwork.Create(_ => throw new FormatException("no rule for it"));

        await Fping(network, V4);

        var told = Assert.Throws<InvalidOperationException>(() => network.Truth(TargetAddress.Parse(V4)));
        Assert.IsType<FormatException>(told.InnerException);
    }

    [Fact]
    public async Task Nothing_is_lost_at_a_modest_load()
    {
        const int Count = 2000;
        await using var network = await TruthNetwork.Create(address => TargetRule.Answers(afterMs: address.IPv4 % 3));

        var fping = await network.Run(Patience, "fping", "-q", "-C", "5", "-i", "0.1", "-p", "250", "-g", "10.64.16.1", "10.64.23.208");

        var truths = Enumerable.Range(1, Count).Select(i => network.Truth(TargetAddress.FromIPv4(0x0A401000 + (uint)i))).ToList();
        Assert.Equal(0, fping.ExitCode);
        Assert.All(truths, truth => Assert.Equal(5, truth.Requests.Count));
        Assert.All(truths, truth => Assert.Empty(truth.LostWithin(Patience)));
    }

    private static Task<LabProcess> Fping(TruthNetwork network, params string[] arguments) =>
        network.Run(Patience, "fping", ["-C", "3", "-p", "100", "-t", "100", .. arguments]);

    /// <summary>The one target's RTTs in milliseconds, null for a loss.</summary>
    private static IReadOnlyList<double?> Rtts(LabProcess fping)
    {
        var summary = fping.Errors[^1];
        var fields = summary[(summary.LastIndexOf(" : ", StringComparison.Ordinal) + 3)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return [.. fields.Select(field => field == "-" ? (double?)null : double.Parse(field, CultureInfo.InvariantCulture))];
    }
}
