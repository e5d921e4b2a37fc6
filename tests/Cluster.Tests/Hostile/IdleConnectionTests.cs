using System.Net.Sockets;
using FpingCluster.TestKit;
using Xunit.Abstractions;

namespace FpingCluster.Cluster.Tests.Hostile;

/// <summary>Ten thousand who connect and say nothing, and a few hundred who say it very slowly.</summary>
public sealed class IdleConnectionTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Idle = 10_000;
    private const int Slow = 200;

    // Kestrel's own timeouts of 10 to 30 s, and room for two busy cores.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly HostileService _service = new(output);

    public Task InitializeAsync() => _service.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Ten_thousand_idle_connections_are_closed_in_time_and_disturb_nobody()
    {
        var clients = new List<TcpClient>(Idle);
        var start = TimeProvider.System.GetTimestamp();
        try
        {
            for (var i = 0; i < Idle; i++)
            {
                clients.Add(new TcpClient());
                await clients[^1].ConnectAsync(_service.AgentUrl.Host, _service.AgentUrl.Port);
            }

            output.WriteLine($"connected after {TimeProvider.System.GetElapsedTime(start).TotalSeconds:F1} s");
            await _service.CheckThatOthersAreUndisturbed();
            await Wait.For(Task.WhenAll(clients.Select(HangsUpAsync)), Patience, "all of them to be closed");
            output.WriteLine($"closed after {TimeProvider.System.GetElapsedTime(start).TotalSeconds:F1} s");
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        _service.CheckMemory(most: 400);
    }

    [Theory]
    [InlineData("preface", 3)]
    [InlineData("headers", 60)]
    [InlineData("message", int.MaxValue)]
    public async Task Bytes_that_trickle_in_are_cut_off_and_disturb_nobody(string what, int atOnce)
    {
        var start = TimeProvider.System.GetTimestamp();
        // Up to here all at once, then byte by byte: in the preface, in the frame of the headers, in the claimed 4 MB of a message.
        byte[] bytes = [.. RawHttp2Client.Opening(_service.AgentUrl), .. Enumerable.Repeat((byte)0, 1)];
        var trickling = Enumerable.Range(0, Slow).Select(_ => what == "message" ? TrickleMessageAsync() : TrickleAsync(bytes, atOnce)).ToList();

        await _service.CheckThatOthersAreUndisturbed();

        await Wait.For(Task.WhenAll(trickling), Patience, $"all that trickle in the {what} to be cut off");
        output.WriteLine($"{what}: cut off after {TimeProvider.System.GetElapsedTime(start).TotalSeconds:F1} s");
        _service.CheckMemory(most: 200);
    }

    // Ends when the coordinator hangs up.
    private async Task TrickleAsync(byte[] bytes, int atOnce)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_service.AgentUrl.Host, _service.AgentUrl.Port);
        var closed = HangsUpAsync(client);
        try
        {
            await client.GetStream().WriteAsync(bytes.AsMemory(0, atOnce));
            for (var i = atOnce; i < bytes.Length - 1 && !closed.IsCompleted; i++)
            {
                await client.GetStream().WriteAsync(bytes.AsMemory(i, 1));
                await Task.WhenAny(closed, Task.Delay(10 * Pause, TimeProvider.System));
            }
        }
        catch (IOException)
        {
            // It hung up while this side wrote.
        }

        await closed;
    }

    private async Task TrickleMessageAsync()
    {
        await using var client = await RawHttp2Client.CallAsync(_service.AgentUrl);
        await client.SendMessageAsync(claimed: 4_000_000, [0]);
        while (!client.End.IsCompleted)
        {
            await Task.WhenAny(client.End, Task.Delay(Pause, TimeProvider.System));
            try
            {
                await client.WriteAsync([0, 0, 1, 0, 0, 0, 0, 0, 1, 0]);
            }
            catch (IOException)
            {
                break;
            }
        }

        Assert.Matches("grpc-status|reset|closed", await client.End);
    }

    private static async Task HangsUpAsync(TcpClient client)
    {
        var buffer = new byte[1_024];
        try
        {
            while (await client.GetStream().ReadAsync(buffer) > 0)
            {
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // A reset is an end too.
        }
    }
}
