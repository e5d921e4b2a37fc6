using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Results;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Targets;
using Microsoft.Extensions.Logging;
using LeaseReturnReason = FpingCluster.Shared.Leases.LeaseReturnReason;
using ReturnedLease = FpingCluster.Agent.Assignments.ReturnedLease;

namespace FpingCluster.Agent.Session;

/// <summary>
/// What each message of the coordinator means for this agent. Called by one session's receive loop at a time and never waits, so a slow engine cannot stop the
/// session from hearing acks. A message of a newer version is ignored.
/// </summary>
internal sealed partial class CoordinatorMessageHandler(
    AssignmentTable table,
    ShardContentCache contents,
    ResultOutbox outbox,
    LeaseReturns returns,
    RateLimit rate,
    DrainState drain,
    ChangeSignal outgoing,
    TimeProvider time,
    ILogger<CoordinatorMessageHandler> logger)
{
    // 200 MB of them. A coordinator takes no more in a Hello.
    private const int MostLeases = 1_000_000;

    /// <exception cref="SessionProtocolException">The session is not worth going on with.</exception>
    public void Handle(CoordinatorMessage message)
    {
        switch (message.MessageCase)
        {
            case CoordinatorMessage.MessageOneofCase.ShardContent:
                var (hash, targets) = PackedShard.Unpack(message.ShardContent);
                contents.Add(hash, targets);
                break;
            case CoordinatorMessage.MessageOneofCase.RoundStart:
                StartRound(message.RoundStart);
                break;
            case CoordinatorMessage.MessageOneofCase.LeaseGrant:
                Grant(message.LeaseGrant);
                break;
            case CoordinatorMessage.MessageOneofCase.LeaseRevoke:
                Revoke(message.LeaseRevoke);
                break;
            case CoordinatorMessage.MessageOneofCase.BatchAck:
                Acknowledge(message.BatchAck);
                break;
            case CoordinatorMessage.MessageOneofCase.RateBudget:
                Keep(message.RateBudget);
                break;
            case CoordinatorMessage.MessageOneofCase.Drain:
                if (drain.Begin("the coordinator asked this agent to leave"))
                {
                    Log.DrainAsked(logger, message.Drain.Reason);
                }

                break;
            case CoordinatorMessage.MessageOneofCase.Welcome:
                throw new SessionProtocolException("a second Welcome");
            case CoordinatorMessage.MessageOneofCase.None:
            default:
                break;
        }
    }

    private void Keep(RateBudget budget)
    {
        if (budget.Nothing)
        {
            rate.SetNothing(budget.Serial);
            Log.NoBudget(logger);
            return;
        }

        PrefixRate perPrefix = default;
        if (budget.PerPrefix is not null && !PrefixRateCodec.TryDecode(budget.PerPrefix, out perPrefix))
        {
            throw new SessionProtocolException($"a limit for each prefix of {budget.PerPrefix}");
        }

        var term = TimeSpan.FromMilliseconds(budget.TermMs);
        rate.SetBudget((int)Math.Min(budget.PingsPerSecond, int.MaxValue), budget.Serial, term, budget.HeardMs, budget.PerPrefix is null ? null : perPrefix);
        Log.RateBudget(logger, rate.PingsPerSecond);
    }

    private void StartRound(RoundStart start)
    {
        ProbeCodec.TryDecode(start.Probe, out var probe, out var defect);
        long? deadline = start.DeadlineMs == 0
            ? null
            : time.GetTimestamp() + (long)(start.DeadlineMs / 1000.0 * time.TimestampFrequency);
        table.StartRound(new AssignedRound(new RoundId(start.Round), start.Job, probe, defect, deadline));
        if (defect is null)
        {
            Log.RoundStarted(logger, start.Round, start.Job);
        }
        else
        {
            Log.RoundNotUnderstood(logger, start.Round, start.Job, defect);
        }
    }

    private void Grant(LeaseGrant grant)
    {
        var (queued, begun) = table.Count();
        if (queued + begun + returns.Count + grant.Leases.Count > MostLeases)
        {
            throw new SessionProtocolException($"it leases more than {MostLeases:N0} shards at once");
        }

        var shards = new GrantedShard[grant.Leases.Count];
        for (var i = 0; i < shards.Length; i++)
        {
            var lease = grant.Leases[i];
            var content = new ShardContentHash(lease.ContentHash);
            shards[i] = new GrantedShard(new ShardId(lease.Shard), new LeaseEpoch(lease.Epoch), content, contents.Find(content));
        }

        var refused = table.Grant(new RoundId(grant.Round), shards);
        returns.Add([.. refused]);
        Log.Granted(logger, shards.Length, grant.Round, refused.Count);
    }

    private void Revoke(LeaseRevoke revoke)
    {
        var outcome = table.Revoke(new RoundId(revoke.Round), [.. revoke.Shards.Select(shard => new ShardId(shard))], revoke.Cancel);
        returns.Add([.. outcome.Returned.Select(lease => new ReturnedLease(lease, LeaseReturnReason.Revoked))]);
        // A drain may have waited for nothing but these.
        outgoing.Raise();
        Log.Revoked(logger, revoke.Round, outcome.Returned.Count, outcome.Cancelled.Count);
    }

    private void Acknowledge(BatchAck ack)
    {
        if (!outbox.AckUpTo(ack.Sequence))
        {
            throw new SessionProtocolException($"an ack of batch {ack.Sequence}, which was never sent");
        }
    }
}
