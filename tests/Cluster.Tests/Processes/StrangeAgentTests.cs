using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using FpingCluster.TestKit.Programs;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>A coordinator whose visitor is of another version or says too much: refused for good, told on both sides, and nobody else is troubled.</summary>
public sealed class StrangeAgentTests : IDisposable, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WorkFolder _folder = new();
    private readonly int _port = FreePort.Find();
    private LabProcess _coordinator = null!;

    public async Task InitializeAsync()
    {
        _folder.Write("targets.txt", "127.0.0.1\n");
        var job = _folder.Write("job.yml", "jobs: [{ name: one, targets: { file: targets.txt } }]\n");
        _coordinator = LabProcess.Start(Repository.CoordinatorProgram, ["run", "-c", job, "--wait-agents", "1", "--listen", $"127.0.0.1:{_port}"]);
        await _coordinator.WaitForLine(line => line.StartsWith("waiting for 1 agent on ", StringComparison.Ordinal), Patience);
    }

    public async Task DisposeAsync()
    {
        Assert.False(_coordinator.HasExited, _coordinator.Describe(lines: 20));
        await _coordinator.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Agent_of_another_major_version_is_refused_with_both_versions()
    {
        var status = await Refusal(new Hello { ProtocolMajor = ProtocolVersion.Major + 1, ProtocolMinor = 4, Name = "berlin-1", Version = "9.9.9" });

        Assert.Equal(StatusCode.FailedPrecondition, status.StatusCode);
        Assert.Contains($"agent 'berlin-1' 9.9.9 speaks protocol 2.4, this coordinator {ProtocolVersion.Major}.{ProtocolVersion.Minor}", status.Detail, StringComparison.Ordinal);
        Assert.Contains("install the agent and the coordinator of one release", status.Detail, StringComparison.Ordinal);
        await _coordinator.WaitForLine(line => line.Contains("agent 'berlin-1' 9.9.9 speaks protocol 2.4", StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task Message_above_the_limit_is_refused()
    {
        var status = await Refusal(new Hello { ProtocolMajor = ProtocolVersion.Major, AgentId = ByteString.CopyFrom(new byte[MessageLimits.MaxBytes]) });

        // The stream is reset while the visitor still writes, so the status itself may not reach it.
        Assert.Contains(status.StatusCode, new[] { StatusCode.ResourceExhausted, StatusCode.Cancelled });
    }

    private async Task<Status> Refusal(Hello hello)
    {
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{_port}", new GrpcChannelOptions { MaxSendMessageSize = null });
        using var session = new AgentGateway.AgentGatewayClient(channel).Session(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Patience);
        // A refusal may come while the message is still being written.
        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await session.RequestStream.WriteAsync(new AgentMessage { Hello = hello });
            await session.ResponseStream.MoveNext(CancellationToken.None);
        });
        return refusal.Status;
    }
}
