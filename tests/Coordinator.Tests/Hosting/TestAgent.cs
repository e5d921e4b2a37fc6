using System.Net.Security;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Results;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace FpingCluster.Coordinator.Tests.Hosting;

/// <summary>An agent of a few lines that speaks the session protocol: it says what a test wants and answers leases with replies of one millisecond.</summary>
internal sealed class TestAgent : IAsyncDisposable
{
    /// <summary>For whatever must happen at all; machines that run tests are slow at times.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<AgentMessage, CoordinatorMessage> _call;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _ending = new();
    private readonly Dictionary<ulong, int> _targets = [];
    private readonly Dictionary<long, int> _counts = [];

    private TestAgent(Uri coordinator, ulong firstSequence, SslClientAuthenticationOptions? tls)
    {
        _channel = Open(coordinator, tls);
        _call = new AgentGateway.AgentGatewayClient(_channel).Session();
        NextSequence = firstSequence;
    }

    public ulong NextSequence { get; private set; }

    /// <summary>A session without a word said.</summary>
    public static TestAgent Connect(Uri coordinator, ulong firstSequence = 1, SslClientAuthenticationOptions? tls = null) => new(coordinator, firstSequence, tls);

    /// <param name="tls">For an https address.</param>
    public static GrpcChannel Open(Uri coordinator, SslClientAuthenticationOptions? tls)
    {
        var handler = new SocketsHttpHandler();
        if (tls is not null)
        {
            handler.SslOptions = tls;
        }

        // The coordinator is to judge what is too large, not this side.
        return GrpcChannel.ForAddress(
            coordinator, new GrpcChannelOptions { MaxSendMessageSize = null, MaxReceiveMessageSize = null, HttpHandler = handler, DisposeHttpClient = true });
    }

    /// <summary>A session that has been welcomed.</summary>
    public static Task<TestAgent> JoinAsync(Uri coordinator, string name) => JoinAsync(coordinator, Hello(name));

    public static async Task<TestAgent> JoinAsync(Uri coordinator, Hello hello, SslClientAuthenticationOptions? tls = null)
    {
        var agent = Connect(coordinator, hello.FirstUnackedSequence, tls);
        await agent.SendAsync(new AgentMessage { Hello = hello });
        await agent.ReceiveAsync(CoordinatorMessage.MessageOneofCase.Welcome);
        return agent;
    }

    public static Hello Hello(string name) => new()
    {
        ProtocolMajor = ProtocolVersion.Major,
        ProtocolMinor = ProtocolVersion.Minor,
        AgentId = ByteString.CopyFrom(Guid.NewGuid().ToByteArray()),
        BootId = ByteString.CopyFrom(Guid.NewGuid().ToByteArray()),
        Name = name,
        Version = "9.8.7",
        Labels = { ["site"] = "berlin" },
        CapacityPingsPerSecond = 20_000,
        Engines = { Engine.Simulated },
        FirstUnackedSequence = 1,
    };

    public Task SendAsync(AgentMessage message) => WriteAsync(() => _call.RequestStream.WriteAsync(message));

    /// <summary>From now on the coordinator hears of this agent, as often as its defaults ask for.</summary>
    public TestAgent WithHeartbeats()
    {
        _ = BeatAsync();
        return this;
    }

    /// <summary>The next message of this kind; others before it are taken in.</summary>
    public async Task<CoordinatorMessage> ReceiveAsync(CoordinatorMessage.MessageOneofCase kind)
    {
        while (await _call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Patience))
        {
            TakeIn(_call.ResponseStream.Current);
            if (_call.ResponseStream.Current.MessageCase == kind)
            {
                return _call.ResponseStream.Current;
            }
        }

        throw new InvalidOperationException($"the session ended before {kind}");
    }

    /// <summary>Answers every lease until the session ends.</summary>
    public async Task AnswerAsync()
    {
        while (await _call.ResponseStream.MoveNext(CancellationToken.None))
        {
            var message = _call.ResponseStream.Current;
            TakeIn(message);
            foreach (var lease in message.LeaseGrant?.Leases ?? [])
            {
                await SendAsync(Answer(message.LeaseGrant!.Round, lease));
            }

            if (message.Drain is not null)
            {
                await LeaveAsync();
            }
        }
    }

    /// <summary>The result of a lease: every ping answered.</summary>
    public AgentMessage Answer(long round, ShardLease lease)
    {
        var batch = Answered(round, lease, TargetsOf(lease), _counts[round]);
        batch.Sequence = NextSequence++;
        return new AgentMessage { ResultBatch = batch };
    }

    /// <summary>How many targets the shard of a lease has.</summary>
    public int TargetsOf(ShardLease lease) => _targets[lease.ContentHash];

    /// <summary>A batch, still without its number, with an answer to every ping.</summary>
    public static ResultBatch Answered(long round, ShardLease lease, int targets, int count)
    {
        var result = new ShardResultBuilder(targets, count);
        for (var target = 0; target < targets; target++)
        {
            for (var ping = 0; ping < count; ping++)
            {
                result.Answered(target, ping, rttUs: 1_000);
            }
        }

        return new ResultBatch
        {
            Round = round,
            Shard = lease.Shard,
            Epoch = lease.Epoch,
            ContentHash = lease.ContentHash,
            Columns = ResultColumnsCodec.Encode(result.Build(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))),
        };
    }

    public Task LeaveAsync() => WriteAsync(async () =>
    {
        await _ending.CancelAsync();
        await _call.RequestStream.CompleteAsync();
    });

    /// <summary>Reads to the end of the session and returns how it ended.</summary>
    public async Task<Status> EndAsync()
    {
        try
        {
            while (await _call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Patience))
            {
                TakeIn(_call.ResponseStream.Current);
            }
        }
        catch (RpcException exception)
        {
            return exception.Status;
        }

        return _call.GetStatus();
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _call.Dispose();
        _channel.Dispose();
    }

    // Ends when the agent leaves or its session does.
    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token))
            {
                await SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or RpcException or InvalidOperationException)
        {
            await _ending.CancelAsync();
        }
    }

    // A stream takes one write at a time.
    private async Task WriteAsync(Func<Task> write)
    {
        await _writing.WaitAsync();
        try
        {
            await write();
        }
        finally
        {
            _writing.Release();
        }
    }

    private void TakeIn(CoordinatorMessage message)
    {
        if (message.ShardContent is { } content)
        {
            _targets[content.ContentHash] = content.Ipv4.Length / 4 + content.Ipv6.Length / 16;
        }
        else if (message.RoundStart is { } start)
        {
            _counts[start.Round] = (int)start.Probe.Count;
        }
    }
}
