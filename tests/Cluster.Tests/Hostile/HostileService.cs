using System.Text.Json;
using FpingCluster.Cluster.Tests.Processes;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.TestKit.Lab;
using Google.Protobuf;
using Xunit.Abstractions;

namespace FpingCluster.Cluster.Tests.Hostile;

/// <summary>A coordinator with something hostile at its port, and one agent that is not: its round must be whole, and the coordinator's memory bounded.</summary>
internal sealed class HostileService(ITestOutputHelper output) : IAsyncDisposable
{
    private const int Targets = 2_048;
    private const int Count = 2;

    private readonly SimulatedService _service = new("10.0.0.0/21", Count, job: ", bucket: 32");
    private int _residentBefore;

    public LabProcess Coordinator { get; private set; } = null!;

    public Uri AgentUrl => _service.AgentUrl;

    public async Task StartAsync()
    {
        Coordinator = _service.StartCoordinator();
        await _service.Until("api/v1/status", _ => true, "the coordinator's API");
        ProcessMemory.ForgetPeak(Coordinator.Id);
        _residentBefore = ProcessMemory.Resident(Coordinator.Id);
    }

    /// <summary>Whoever is hostile is at it already.</summary>
    public async Task CheckThatOthersAreUndisturbed()
    {
        var agent = _service.StartAgent("honest", maxRate: 2_000);
        var round = await _service.Until("api/v1/rounds/1", round => round.GetProperty("state").GetString() == "closed", "the honest agent's round");
        Assert.Equal((Targets, 0, Targets * Count), (Int(round, "up") + Int(round, "down"), Int(round, "unknown"), Int(round, "sent")));
        Assert.False(agent.HasExited, agent.Describe(lines: 20));
        Assert.DoesNotContain(agent.Errors, line => line.Contains("Lost coordinator", StringComparison.Ordinal));
    }

    /// <param name="most">MB above what it took at the begin.</param>
    public void CheckMemory(int most)
    {
        var peak = ProcessMemory.Peak(Coordinator.Id);
        output.WriteLine($"resident before {_residentBefore} MB, peak {peak} MB");
        Assert.False(Coordinator.HasExited, Coordinator.Describe(lines: 20));
        Assert.InRange(peak - _residentBefore, 0, most);
        Assert.DoesNotContain(Coordinator.Errors, line => line.StartsWith("   at ", StringComparison.Ordinal));
    }

    public static byte[] Hello(string name, uint capacity = 1) => new AgentMessage
    {
        Hello = new Hello
        {
            ProtocolMajor = ProtocolVersion.Major,
            AgentId = ByteString.CopyFrom(Guid.NewGuid().ToByteArray()),
            BootId = ByteString.CopyFrom(Guid.NewGuid().ToByteArray()),
            Name = name,
            CapacityPingsPerSecond = capacity,
            Engines = { Engine.Simulated },
            FirstUnackedSequence = 1,
        },
    }.ToByteArray();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private static int Int(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
