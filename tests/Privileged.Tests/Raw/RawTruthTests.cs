using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Fping;
using FpingCluster.Agent.Engines.Raw;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit.Truth;
using Microsoft.Extensions.Logging.Abstractions;

namespace FpingCluster.Privileged.Tests.Raw;

/// <summary>What the raw engine reports, against what happened.</summary>
public sealed class RawTruthTests
{
    private const double LateMs = 250;
    private const int TargetsOfEach = 20;

    // Reading and stamping take their time on a busy machine; what the engine adds to a true RTT is measured by the benchmark.
    private const uint SlackUs = 20_000;

    private static readonly Probe Probe = new()
    {
        Engine = EngineKind.Raw, Count = 5, Period = TimeSpan.FromMilliseconds(60), Timeout = TimeSpan.FromMilliseconds(200),
    };

    public static TheoryData<bool, string> FamiliesAndModes => new()
    {
        { true, "Raw" }, { true, "Datagram" }, { false, "Raw" }, { false, "Datagram" },
    };

    [Theory]
    [MemberData(nameof(FamiliesAndModes))]
    public async Task Every_class_of_answer_is_reported_as_it_happened(bool ipv4, string mode)
    {
        var scenarios = Scenario.All(ipv4, LateMs);
        var targets = Targets(ipv4, scenarios.Count * TargetsOfEach);
        await using var network = await CreateAsync(targets, scenarios);
        var engine = new RawEngine(new RawSettings(Enum.Parse<SocketMode>(mode), Lanes: 2), new RateLimit(2_000), TimeProvider.System, NullLogger<RawEngine>.Instance);

        var result = await OneShardRun.ProbeAsync(engine, targets, Probe, network);

        Assert.Null(result.FindDefect(targets.Length, Probe.Count));
        var compared = 0;
        for (var i = 0; i < targets.Length; i++)
        {
            var truth = network.Truth(targets[i]);
            // A ping that this host obscured was sent again, which shifts the rule's numbers.
            if (truth.Requests.Count == Probe.Count)
            {
                AssertTrue(scenarios[i % scenarios.Count], i, truth, result);
                compared++;
            }
        }

        Assert.True(compared >= 0.8 * targets.Length, $"only {compared} of {targets.Length} targets were pinged {Probe.Count} times");
    }

    [Fact]
    public async Task Fping_and_raw_agree_on_every_target_but_where_fping_is_wrong()
    {
        // fping 5.1 takes a reply from any address, and does not look at the payload; its checksum is verified by nobody.
        string[] fpingIsWrong = ["answers from elsewhere", "has a wrong token", "answers and forges", "cuts its answers short", "damages its answers", "has a wrong sequence number"];
        var scenarios = Scenario.All(ipv4: true, LateMs);
        var targets = Targets(ipv4: true, scenarios.Count * TargetsOfEach);
        var raw = await ProbeAsync(new RawEngine(new RawSettings(SocketMode.Raw), new RateLimit(2_000), TimeProvider.System, NullLogger<RawEngine>.Instance));
        var capability = (await new FpingSelfTest(TimeProvider.System).RunAsync(null, CancellationToken.None)).Capability!;
        var fping = await ProbeAsync(new FpingEngine(capability, new RateLimit(2_000), TimeProvider.System, NullLogger<FpingEngine>.Instance));

        for (var i = 0; i < targets.Length; i++)
        {
            var scenario = scenarios[i % scenarios.Count];
            if (!fpingIsWrong.Contains(scenario.Name))
            {
                Assert.True(Fates(raw, i).SequenceEqual(Fates(fping, i)), $"{targets[i]} {scenario.Name}: raw {raw.Received[i]}, fping {fping.Received[i]}");
            }
        }

        async Task<ShardResult> ProbeAsync(IProbeEngine engine)
        {
            await using var network = await CreateAsync(targets, scenarios);
            return await OneShardRun.ProbeAsync(engine, targets, Probe, network);
        }
    }

    private static void AssertTrue(Scenario scenario, int target, TargetTruth truth, ShardResult result)
    {
        var what = $"{truth.Address} {scenario.Name}";
        var answered = truth.RepliesWithin(Probe.Timeout);
        Assert.True(result.Sent[target] == Probe.Count, $"{what}: sent {result.Sent[target]}");
        var rtts = Rtts(result, target);
        for (var ping = 0; ping < Probe.Count; ping++)
        {
            Assert.True(rtts[ping] > 0 == answered.ContainsKey(ping), $"{what}: ping {ping} has RTT {rtts[ping]} us, the truth says {(answered.ContainsKey(ping) ? "answered" : "lost")}");
            Assert.True(rtts[ping] == 0 || rtts[ping] + 1 >= answered[ping] / 1000, $"{what}: ping {ping} has RTT {rtts[ping]} us, it took {answered[ping]} ns");
            Assert.True(rtts[ping] == 0 || rtts[ping] <= answered[ping] / 1000 + SlackUs, $"{what}: ping {ping} has RTT {rtts[ping]} us, it took {answered[ping]} ns");
        }

        Assert.All(truth.Gaps, gap => Assert.True(gap >= 0.9 * Probe.Period.TotalNanoseconds, $"{what}: pings {gap} ns apart"));
        var reason = ReasonText.Of(truth.Address, [.. result.Reasons.Where(reason => reason.Target == target)]);
        Assert.True(reason == scenario.ReasonOf(truth.Address), $"{what}: reason '{reason}'");
    }

    private static Task<TruthNetwork> CreateAsync(TargetAddress[] targets, IReadOnlyList<Scenario> scenarios)
    {
        var rules = targets.Select((address, i) => (address, scenarios[i % scenarios.Count].Rule)).ToDictionary(pair => pair.address, pair => pair.Rule);
        return CreateOpenAsync(address => rules.GetValueOrDefault(address, TargetRule.Dead));
    }

    private static async Task<TruthNetwork> CreateOpenAsync(Func<TargetAddress, TargetRule> rules)
    {
        var network = await TruthNetwork.Create(rules);
        await using var opened = await network.Run(TimeSpan.FromSeconds(10), "sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647");
        return network;
    }

    private static TargetAddress[] Targets(bool ipv4, int count)
    {
        var first = TargetAddress.Parse(ipv4 ? "10.64.1.0" : "fd66:1::1:0");
        return [.. Enumerable.Range(0, count).Select(i => new TargetAddress(first.Value + (uint)i))];
    }

    private static IEnumerable<bool> Fates(ShardResult result, int target) => Rtts(result, target).ToArray().Select(rtt => rtt > 0);

    private static ReadOnlySpan<uint> Rtts(ShardResult result, int target) =>
        result.RttsUs.AsSpan(result.Sent.AsSpan(0, target).ToArray().Sum(sent => sent), result.Sent[target]);
}
