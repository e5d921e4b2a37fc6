using System.Runtime.CompilerServices;
using System.Threading.Channels;
using FpingCluster.Coordinator.Leases;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Targets;
using Grpc.Core;

namespace FpingCluster.Coordinator.Sessions;

/// <summary>
/// The coordinator's end of one session: turns decisions into messages and queues them for the session's one writer. Called by the cluster loop, but for
/// <see cref="Answer"/>.
/// </summary>
/// <param name="welcome">Said when the cluster takes the agent.</param>
/// <param name="onClose">Called once, when either side ends the session.</param>
internal sealed class AgentLink(Welcome welcome, TimeProvider time, Action onClose) : IAgentLink
{
    // A few rounds' worth of leases; an agent that lets so much pile up has stopped reading.
    private const int Capacity = 32_768;

    private readonly Channel<QueuedMessage> _outgoing = Channel.CreateBounded<QueuedMessage>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly HashSet<RoundId> _namedRounds = [];
    private readonly HashSet<ShardContentHash> _sentContents = [];
    private string? _closedBecause;
    private const ulong Nothing = ulong.MaxValue;

    private ulong _acknowledged = Nothing;

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
                Send(QueuedMessage.ContentOf(lease.Shard, round.Map.List));
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

    public void Acknowledge(ulong sequence)
    {
        if (sequence != _acknowledged)
        {
            Volatile.Write(ref _acknowledged, sequence);
            SendAck(sequence);
        }
    }

    /// <summary>
    /// Answers a heartbeat, by saying the last ack again. Called by the session, which does not wait for the cluster loop: one with seconds of work before it is
    /// no reason for an agent to take this coordinator for dead and to come anew.
    /// </summary>
    public void Answer()
    {
        if (Volatile.Read(ref _acknowledged) is not Nothing and var sequence)
        {
            SendAck(sequence);
        }
    }

    public void SetBudget(ulong serial, int pingsPerSecond, PrefixRate? perPrefix, TimeSpan term, ulong heardMs) =>
        Send(new CoordinatorMessage
        {
            RateBudget = new RateBudget
            {
                PingsPerSecond = (uint)Math.Max(1, pingsPerSecond),
                Nothing = pingsPerSecond == 0,
                PerPrefix = perPrefix is { } limit ? PrefixRateCodec.Encode(limit) : null,
                Serial = serial,
                TermMs = (uint)term.TotalMilliseconds,
                HeardMs = heardMs,
            },
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

    /// <summary>What is to be written, until the session ends. For the session's writer alone.</summary>
    public async IAsyncEnumerable<CoordinatorMessage> OutgoingAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellationToken))
        {
            yield return message.ToWire();
        }
    }

    private void SendAck(ulong sequence) => Send(new CoordinatorMessage { BatchAck = new BatchAck { Sequence = sequence } });

    private void Send(CoordinatorMessage message) => Send(QueuedMessage.Of(message));

    private void Send(QueuedMessage message)
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
