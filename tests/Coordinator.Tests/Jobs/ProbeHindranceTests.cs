using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Tests.Membership;
using FpingCluster.Shared.Configuration;

namespace FpingCluster.Coordinator.Tests.Jobs;

public sealed class ProbeHindranceTests
{
    private static readonly Dictionary<string, string> Berlin = new() { ["site"] = "berlin" };
    private static readonly Dictionary<string, string> Paris = new() { ["site"] = "paris" };

    [Fact]
    public void Engine_that_no_agent_offers_is_told_with_what_they_offer() => Assert.Equal(
        "job 'iot' cannot be probed: it asks for engine simulated, and agent a1 offers raw and fping without labels, agent a2 offers no engine without labels; " +
        "start an agent that has it, or change the job's probe.engine",
        ProbeHindrance.Of(Job(EngineKind.Simulated), [Introductions.Agent(1), Introductions.Agent(2) with { Engines = [] }]));

    [Fact]
    public void Label_that_no_agent_has_is_told_with_what_they_have() => Assert.Equal(
        "job 'iot' cannot be probed: it asks for engine fping where site=paris, and agent a1 offers raw and fping where site=berlin; " +
        "start an agent that has both, or change the job's probe.engine or where",
        ProbeHindrance.Of(Job(EngineKind.Fping) with { Where = Paris }, [Introductions.Agent(1) with { Labels = Berlin }]));

    [Fact]
    public void Auto_takes_no_simulated_engine() => Assert.Contains(
        "asks for engine auto (any but simulated), and agent a1 offers simulated",
        ProbeHindrance.Of(Job(EngineKind.Auto), [Introductions.Agent(1) with { Engines = [EngineKind.Simulated] }]),
        StringComparison.Ordinal);

    [Fact]
    public void Engine_and_label_of_two_agents_make_no_one_that_may_probe()
    {
        var job = Job(EngineKind.Fping) with { Where = Paris };
        var (here, there) = (Introductions.Agent(1), Introductions.Agent(2) with { Engines = [EngineKind.Simulated], Labels = Paris });

        Assert.NotNull(ProbeHindrance.Of(job, [here, there]));
        Assert.Null(ProbeHindrance.Of(job, [here, there, Introductions.Agent(3) with { Labels = Paris }]));
    }

    [Fact]
    public void Many_agents_are_not_all_named() => Assert.Contains(
        "agent a5 offers raw and fping without labels, and 95 more; ",
        ProbeHindrance.Of(Job(EngineKind.Simulated), Enumerable.Range(1, 100).Select(number => Introductions.Agent(number))),
        StringComparison.Ordinal);

    [Fact]
    public void Text_is_for_agents_with_the_raw_engine_that_know_of_it()
    {
        var job = Job(EngineKind.Auto) with { Probe = new Probe { Size = 40, Text = "noc@example.com" } };
        var (without, older) = (Introductions.Agent(1) with { Engines = [EngineKind.Fping] }, Introductions.Agent(2) with { SendsTexts = false });

        Assert.Equal(
            "job 'iot' cannot be probed: it asks for a text (probe.text), which the raw engine alone can send, and agent a1 offers fping without labels, " +
            "agent a2 is of version 0.1.0, which knows no text; start an agent that has it, or change the job's probe.engine",
            ProbeHindrance.Of(job, [without, older]));
        Assert.Null(ProbeHindrance.Of(job, [without, older, Introductions.Agent(3)]));
    }

    [Fact]
    public void No_agent_at_all_is_told() => Assert.StartsWith(
        "job 'iot' cannot be probed: no agent is connected; start one", ProbeHindrance.Of(Job(EngineKind.Auto), []), StringComparison.Ordinal);

    private static Job Job(EngineKind engine) => ClusterStory.Job() with { Probe = new Probe { Engine = engine } };
}
