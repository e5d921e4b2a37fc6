using System.Text;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Programs;
using FpingCluster.TestKit.Truth;

namespace FpingCluster.Privileged.Tests.Cluster;

/// <summary>What the programs put on the wire, read from it: who is pinging is said, and what an agent must not ping it does not.</summary>
public sealed class MannersTests : IDisposable
{
    private const string Text = "noc@example.com";
    private const int TokenLength = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("10.64.0.1")]
    [InlineData("fd66:1::1")]
    public async Task Text_of_a_ping_is_in_its_payload(string target)
    {
        await using var network = await TruthNetwork.Create(_ => TargetRule.Answers());

        var ping = await network.Run(Patience, Repository.AgentProgram, "ping", target, "-c", "2", "--period", "20ms", "--size", "40", "--payload-text", Text, "--format", "csv");

        Assert.True(ping.ExitCode == 0, ping.Describe(lines: 20));
        AssertPayload(network, target, size: 40);
    }

    [Fact]
    public async Task Text_of_a_job_is_in_the_payload_of_its_agents_pings()
    {
        await using var network = await TruthNetwork.Create(_ => TargetRule.Answers());
        _folder.Write("targets.txt", "10.64.0.1\nfd66:1::1\n");
        var job = _folder.Write("job.yml", $"jobs: [{{ name: lab, targets: {{ file: targets.txt }}, probe: {{ count: 2, period: 20ms, size: 27, text: {Text} }} }}]\n");

        var run = await network.Run(Patience, Repository.CoordinatorProgram, "run", "-c", job, "--local-agents", "1");

        Assert.True(run.ExitCode == 0, run.Describe(lines: 20));
        AssertPayload(network, "10.64.0.1", size: 27);
        AssertPayload(network, "fd66:1::1", size: 27);
    }

    [Fact]
    public async Task What_an_agent_excludes_gets_no_packet_and_is_unknown_with_the_reason()
    {
        await using var network = await TruthNetwork.Create(_ => TargetRule.Answers());
        _folder.Write("targets.txt", "10.64.0.0-10.64.0.99\n");
        var never = _folder.Write("never.txt", "10.64.0.16/28  # not ours\n10.64.0.7\n");
        var job = _folder.Write("job.yml", "jobs: [{ name: lab, targets: { file: targets.txt }, output: { file: rows.csv }, probe: { count: 1 } }]\n");
        network.Start(
            Repository.AgentProgram, ["run", "--coordinator", "http://127.0.0.1:7443", "--name", "careful", "--data-dir", _folder.PathOf("agent"), "--exclude", never, "--exclude", "10.64.0.50"]);

        var run = await network.Run(Patience, Repository.CoordinatorProgram, "run", "-c", job, "--wait-agents", "1");

        Assert.True(run.ExitCode == 1, run.Describe(lines: 20));
        var rows = ResultLine.ReadAll(_folder.PathOf("rows.csv"));
        Assert.Equal(100, rows.Count);
        var excluded = Enumerable.Range(16, 16).Append(7).Append(50).Select(last => $"10.64.0.{last}").ToHashSet();
        Assert.All(rows, row => Assert.Equal(
            excluded.Contains(row.Address) ? ("unknown", "excluded-by-agent", false) : ("up", "", true),
            (row.State, row.Reason, network.Truth(TargetAddress.Parse(row.Address)).Requests.Count > 0)));
        Assert.Contains(run.Errors, line => line.Contains("18 targets unknown because an agent's own exclude list", StringComparison.Ordinal));
    }

    private static void AssertPayload(TruthNetwork network, string target, int size)
    {
        var truth = network.Truth(TargetAddress.Parse(target));
        Assert.Equal(size, truth.Payload.Length);
        Assert.Equal(Text, Encoding.UTF8.GetString(truth.Payload.Span[TokenLength..(TokenLength + Text.Length)]));
    }
}
