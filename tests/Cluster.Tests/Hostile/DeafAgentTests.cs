using FpingCluster.Shared.Protocol.V1;
using FpingCluster.TestKit;
using Google.Protobuf;
using Xunit.Abstractions;

namespace FpingCluster.Cluster.Tests.Hostile;

/// <summary>An agent that speaks and never reads: it says that it is alive, and lets everything pile up.</summary>
public sealed class DeafAgentTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromMilliseconds(400);
    private static readonly byte[] Heartbeat = new AgentMessage { Heartbeat = new Heartbeat() }.ToByteArray();

    private readonly HostileService _service = new(output);

    public Task InitializeAsync() => _service.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Its_session_is_ended_with_the_reason_and_its_shards_go_to_others()
    {
        const string Why = "the agent has read nothing for 15 s";
        var start = TimeProvider.System.GetTimestamp();
        await using var deaf = await RawHttp2Client.CallAsync(_service.AgentUrl, window: 0);
        await deaf.SendMessageAsync(HostileService.Hello("deaf", capacity: 20_000));
        var speaking = SpeakAsync(deaf);

        await _service.CheckThatOthersAreUndisturbed();

        await _service.Coordinator.WaitForLine(line => line.Contains(Why, StringComparison.Ordinal), Patience);
        await Wait.For(speaking, Patience, "the end of its stream");
        output.WriteLine($"{Why}: all over after {TimeProvider.System.GetElapsedTime(start).TotalSeconds:F1} s, ended with '{await deaf.End}'");
        _service.CheckMemory(most: 200);
    }

    // Until the coordinator ends the stream.
    private static async Task SpeakAsync(RawHttp2Client deaf)
    {
        while (!deaf.End.IsCompleted)
        {
            try
            {
                await deaf.SendMessageAsync(Heartbeat);
            }
            catch (IOException)
            {
                return;
            }

            await Task.WhenAny(deaf.End, Task.Delay(HeartbeatInterval, TimeProvider.System));
        }
    }
}
