using System.Threading.Channels;
using FpingCluster.Coordinator.Leases;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;

namespace FpingCluster.Coordinator.Sessions;

/// <summary>
/// The coordinator's end of one session: turns decisions into messages and queues them for the session's one writer. Called by the cluster loop alone.
/// </summary>
/// <param name="welcome">Said when the cluster takes the agent.</param>
/// <param name="onClose">Called once, when either side ends the session.</param>
internal sealed class AgentLink(Welcome welcome, TimeProvider time, Action onClose) : IAgentLink
{
    // A few rounds' worth of leases; an agent that lets so much pile up has stopped reading.
    private const int Capacity = 32_768;

    private readonly Channel<CoordinatorMessage> _outgoing = Channel.CreateBounded<CoordinatorMessage>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly HashSet<RoundId> _namedRounds = [];
    private readonly HashSet<ShardContentHash> _sentContents = [];
    private string? _closedBecause;
    private const ulong Nothing = ulong.MaxValue;

    private ulong _acknowledged = Nothing;

    public ChannelReader<CoordinatorMessage> Outgoing => _outgoing.Reader;

    /// <summary>Null while the session lives.</summary>
    public string? ClosedBecause => _closedBecause;

    /// <summary>The highest number that the agent was told; 0 before the first. Read by the session too.</summary>
    public ulong Acknowledged => Volatile.Read(ref _acknowledged) is not Nothing and var sequence ? sequence : 0;

    /// <summary>What the agent is told with the reason of its end: whether it may come again, and as whom.</summary>
    public StatusCode ClosedWith { get; private set; } = StatusCode.Unavailable;

    public void Welcome() => Send(new CoordinatorMessage { Welcome = welcome });

    public void RefuseIdentity(string why) => Close(why, StatusCode.AlreadyExists);

    public void Grant(RoundBriefing round, IReadOnlyList<Lease> leases)
    {
        if (_namedRounds.Add(round.Id))
        {
            Send(new CoordinatorMessage { RoundStart = Describe(round) });
        }

        var grant = new LeaseGrant { Round = round.Id.Value };
        foreach (var lease in leases)
        {
            if (_sentContents.Add(lease.Shard.Content))
            {
                var packed = lease.Shard.Pack(round.Map.List);
                Send(new CoordinatorMessage
                {
                    ShardContent = new ShardContent
                    {
                        ContentHash = lease.Shard.Content.Value,
                        Ipv4 = UnsafeByteOperations.UnsafeWrap(packed.IPv4),
                        Ipv6 = UnsafeByteOperations.UnsafeWrap(packed.IPv6),
                    },
                });
            }

            grant.Leases.Add(new ShardLease { Shard = lease.Key.Shard.Value, Epoch = lease.Key.Epoch.Value, ContentHash = lease.Shard.Content.Value });
        }

        Send(new CoordinatorMessage { LeaseGrant = grant });
    }

    public void Revoke(RoundId round, IReadOnlyList<ShardId> shards, bool cancel)
    {
        var revoke = new LeaseRevoke { Round = round.Value, Cancel = cancel };
        revoke.Shards.AddRange(shards.Select(shard => shard.Value));
        Send(new CoordinatorMessage { LeaseRevoke = revoke });
    }

    public void ForgetContent(ShardContentHash content) => _sentContents.Remove(content);

    public void Acknowledge(ulong sequence, bool evenIfKnown)
    {
        if (evenIfKnown || sequence != _acknowledged)
        {
            Volatile.Write(ref _acknowledged, sequence);
            Send(new CoordinatorMessage { BatchAck = new BatchAck { Sequence = sequence } });
        }
    }

    public void SetBudget(ulong serial, int pingsPerSecond, TimeSpan term, ulong heardMs) =>
        Send(new CoordinatorMessage
        {
            RateBudget = new RateBudget { PingsPerSecond = (uint)pingsPerSecond, Serial = serial, TermMs = (uint)term.TotalMilliseconds, HeardMs = heardMs },
        });

    public void Drain(string reason) => Send(new CoordinatorMessage { Drain = new Drain { Reason = reason } });

    public void Close(string why) => Close(why, StatusCode.Unavailable);

    public void Close(string why, StatusCode status)
    {
        if (Interlocked.CompareExchange(ref _closedBecause, why, null) is null)
        {
            ClosedWith = status;
            _outgoing.Writer.TryComplete();
            onClose();
        }
    }

    private void Send(CoordinatorMessage message)
    {
        if (!_outgoing.Writer.TryWrite(message) && ClosedBecause is null)
        {
            Close($"the agent let {Capacity} messages pile up unread");
        }
    }

    private RoundStart Describe(RoundBriefing round)
    {
        var start = new RoundStart { Round = round.Id.Value, Job = round.Job, Probe = ProbeCodec.Encode(round.Probe) };
        if (round.Deadline is { } deadline)
        {
            start.DeadlineMs = (uint)Math.Clamp((deadline - time.GetUtcNow()).TotalMilliseconds, 1, uint.MaxValue);
        }

        return start;
    }
}
