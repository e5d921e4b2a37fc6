using System.Text.Json;
using FpingCluster.Shared.Protocol;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Cluster.Tests.Interop;

/// <summary>Our agent, as the program that people start, with a coordinator that shares no code with us, coordinator.py.</summary>
public sealed class PythonCoordinatorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Agent_probes_for_a_python_coordinator_and_leaves_in_order_when_drained()
    {
        var data = Directory.CreateTempSubdirectory("fpingcluster-");
        await using var coordinator = PythonScript.Start("coordinator.py");
        var port = await coordinator.FirstLineAsync();
        var before = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        await using var agent = LabProcess.Start(
            Path.Combine(AppContext.BaseDirectory, "fping-agent"),
            [
                "run", "--coordinator", $"http://127.0.0.1:{port}", "--name", "berlin-1", "--label", "site=berlin", "--max-rate", "1234",
                "--data-dir", data.FullName, "--engine", "simulated", "--simulate", "dead=0,unreachable=0,flapping=0,lossy=0,rtt=2",
            ]);

        var report = await coordinator.ReportAsync();
        var exitCode = await agent.WaitForExit(Patience);

        Assert.True(exitCode == 0, string.Join(Environment.NewLine, agent.Errors));
        Assert.Empty(report.GetProperty("faults").EnumerateArray());
        CheckHello(report.GetProperty("hello"), await File.ReadAllTextAsync(Path.Combine(data.FullName, "agent-id")));
        Assert.True(report.GetProperty("heartbeats").GetInt32() > 0);
        var batches = report.GetProperty("batches").EnumerateArray().ToDictionary(batch => batch.GetProperty("shard").GetUInt64());
        Assert.Equal(new ulong[] { 1, 1UL << 63, ulong.MaxValue }, batches.Keys.Order());
        CheckBatch(batches[1], targets: 2, before);
        CheckBatch(batches[1UL << 63], targets: 1, before);
        CheckBatch(batches[ulong.MaxValue], targets: 2, before);
        data.Delete(recursive: true);
    }

    private static void CheckHello(JsonElement hello, string agentId)
    {
        Assert.Equal([(int)ProtocolVersion.Major, (int)ProtocolVersion.Minor], hello.GetProperty("protocol").EnumerateArray().Select(part => part.GetInt32()));
        Assert.Equal(agentId.Trim(), hello.GetProperty("agent_id").GetString());
        Assert.Equal(32, hello.GetProperty("boot_id").GetString()!.Length);
        Assert.Equal("berlin-1", hello.GetProperty("name").GetString());
        Assert.NotEqual("", hello.GetProperty("version").GetString());
        Assert.Equal("berlin", hello.GetProperty("labels").GetProperty("site").GetString());
        Assert.Equal(1234, hello.GetProperty("capacity").GetInt32());
        Assert.Equal(["ENGINE_SIMULATED"], hello.GetProperty("engines").EnumerateArray().Select(engine => engine.GetString()));
        Assert.Equal((0, 1), (hello.GetProperty("held_leases").GetInt32(), hello.GetProperty("first_unacked").GetInt32()));
    }

    private static void CheckBatch(JsonElement batch, int targets, DateTimeOffset notBefore)
    {
        var all = Enumerable.Repeat(3, targets).ToArray();
        Assert.Equal(all, batch.GetProperty("sent").EnumerateArray().Select(sent => sent.GetInt32()));
        Assert.Equal(all, batch.GetProperty("received").EnumerateArray().Select(received => received.GetInt32()));
        var rtts = batch.GetProperty("rtt_us").EnumerateArray().Select(rtt => rtt.GetInt32()).ToList();
        Assert.Equal(3 * targets, rtts.Count);
        Assert.All(rtts, rtt => Assert.InRange(rtt, 1, 20_000));
        Assert.True(DateTimeOffset.FromUnixTimeMilliseconds(batch.GetProperty("finished_unix_ms").GetInt64()) >= notBefore);
    }
}
