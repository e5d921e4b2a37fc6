using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Results;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>An agent of a few lines that answers every lease at once, as many at a time as it has credits, and remembers which batches were acknowledged.</summary>
internal sealed class AnsweringAgent(Uri coordinator)
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _writing = new(1);
    private readonly Dictionary<ulong, int> _targets = [];
    private readonly Dictionary<long, int> _counts = [];
    private readonly Queue<(long Round, ShardLease Lease)> _leased = [];
    private readonly List<ResultBatch> _sent = [];
    private int _acknowledged;

    /// <summary>What the coordinator has said is durable.</summary>
    public IReadOnlyList<ResultBatch> Acknowledged => _sent[.._acknowledged];

    /// <summary>One session until it breaks, or until the coordinator cannot be reached.</summary>
    /// <param name="acknowledged">Called after each ack with how many there are in all.</param>
    public async Task RunAsync(Action<int> acknowledged)
    {
        using var channel = GrpcChannel.ForAddress(coordinator);
        using var call = new AgentGateway.AgentGatewayClient(channel).Session();
        using var ended = new CancellationTokenSource();
        var beating = Task.CompletedTask;
        try
        {
            await WriteAsync(call.RequestStream, new AgentMessage { Hello = Hello() });
            beating = BeatAsync(call.RequestStream, ended.Token);
            var credits = 0;
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                var message = call.ResponseStream.Current;
                credits = message.Welcome is { } welcome ? (int)welcome.Credits : credits;
                TakeIn(message);
                if (message.BatchAck is { } ack)
                {
                    _acknowledged = (int)ack.Sequence;
                    acknowledged(_acknowledged);
                }

                while (_sent.Count - _acknowledged < credits && _leased.TryDequeue(out var next))
                {
                    _sent.Add(Answer(next.Round, next.Lease));
                    await WriteAsync(call.RequestStream, new AgentMessage { ResultBatch = _sent[^1] });
                }
            }
        }
        catch (Exception exception) when (exception is RpcException or IOException or InvalidOperationException)
        {
            // The end of the session, which the reader or the writer sees first.
        }

        await ended.CancelAsync();
        await beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // A resumed round gives out nothing for a while; who says nothing meanwhile is taken for dead.
    private async Task BeatAsync(IClientStreamWriter<AgentMessage> stream, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(HeartbeatInterval, TimeProvider.System);
        while (await timer.WaitForNextTickAsync(ended))
        {
            await WriteAsync(stream, new AgentMessage { Heartbeat = new Heartbeat() });
        }
    }

    private async Task WriteAsync(IClientStreamWriter<AgentMessage> stream, AgentMessage message)
    {
        await _writing.WaitAsync();
        try
        {
            await stream.WriteAsync(message);
        }
        finally
        {
            _writing.Release();
        }
    }

    private static Hello Hello() => new()
    {
        ProtocolMajor = ProtocolVersion.Major,
        ProtocolMinor = ProtocolVersion.Minor,
        AgentId = ByteString.CopyFrom(Guid.NewGuid().ToByteArray()),
        BootId = ByteString.CopyFrom(Guid.NewGuid().ToByteArray()),
        Name = "answering",
        Version = "0.2.0",
        CapacityPingsPerSecond = 1_000_000,
        Engines = { Engine.Simulated },
        FirstUnackedSequence = 1,
    };

    private void TakeIn(CoordinatorMessage message)
    {
        if (message.ShardContent is { } content)
        {
            _targets[content.ContentHash] = content.Ipv4.Length / 4;
        }
        else if (message.RoundStart is { } start)
        {
            _counts[start.Round] = (int)start.Probe.Count;
        }
        else if (message.LeaseGrant is { } grant)
        {
            foreach (var lease in grant.Leases)
            {
                _leased.Enqueue((grant.Round, lease));
            }
        }
    }

    private ResultBatch Answer(long round, ShardLease lease)
    {
        var count = _counts[round];
        var result = new ShardResultBuilder(_targets[lease.ContentHash], count);
        for (var target = 0; target < result.TargetCount; target++)
        {
            for (var ping = 0; ping < count; ping++)
            {
                result.Answered(target, ping, rttUs: 1_000 + (uint)(target + ping));
            }
        }

        return new ResultBatch
        {
            Sequence = (ulong)_sent.Count + 1,
            Round = round,
            Shard = lease.Shard,
            Epoch = lease.Epoch,
            ContentHash = lease.ContentHash,
            Columns = ResultColumnsCodec.Encode(result.Build(TimeProvider.System.GetUtcNow())),
        };
    }
}
