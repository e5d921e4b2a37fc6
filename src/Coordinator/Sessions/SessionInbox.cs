using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Results;
using Google.Protobuf;
using Grpc.Core;

namespace FpingCluster.Coordinator.Sessions;

/// <summary>Checks and decodes what an agent sends, on the session's own task, and posts it to the cluster loop.</summary>
internal sealed class SessionInbox(AgentIntroduction agent, AgentLink link, ClusterLoop cluster, int credits, ForgottenResults forgotten, TimeProvider time)
{
    // An agent's messages are taken in as fast as the cluster loop gets them done, not faster: about so many may wait for it.
    private const int MostWaiting = 256;
    private const int MostWaitingBytes = 4 << 20;

    // For people, in one line of the log.
    private const int MostDetail = 500;

    // The year 9999, beyond which DateTimeOffset throws.
    private const long MaxUnixTimeMs = 253_402_300_799_999;

    // The highest number that came in this session; what is before the first is settled.
    private ulong _lastSequence = agent.FirstUnacked - 1;
    private int _waiting;
    private long _waitingBytes;

    /// <summary>Returns when the next message may come.</summary>
    /// <exception cref="RpcException">The message is not what the protocol allows.</exception>
    public async ValueTask ReceiveAsync(AgentMessage message, CancellationToken cancellationToken)
    {
        Receive(message);
        if (message.MessageCase == AgentMessage.MessageOneofCase.ResultBatch)
        {
            // One batch of each agent in turn. Decoding all that one of them has sent can take a tenth of a second: of two hundred, the last would be taken for silent.
            await Task.Yield();
        }

        _waitingBytes += message.CalculateSize();
        if (++_waiting >= MostWaiting || _waitingBytes >= MostWaitingBytes)
        {
            await cluster.CatchUpAsync(cancellationToken);
            (_waiting, _waitingBytes) = (0, 0);
        }
    }

    private void Receive(AgentMessage message)
    {
        switch (message.MessageCase)
        {
            case AgentMessage.MessageOneofCase.Heartbeat:
                link.Answer();
                cluster.AgentHeard(agent.Id, link, Read(message.Heartbeat));
                break;
            case AgentMessage.MessageOneofCase.ResultBatch:
                Receive(message.ResultBatch);
                break;
            case AgentMessage.MessageOneofCase.LeaseReturn:
                Receive(message.LeaseReturn);
                break;
            case AgentMessage.MessageOneofCase.Hello:
                throw new RpcException(new Status(StatusCode.InvalidArgument, "Hello comes once a session"));
            default:
                // A message of a newer minor version: tolerated.
                cluster.AgentHeard(agent.Id, link, load: null);
                break;
        }
    }

    private AgentLoad Read(Heartbeat heartbeat) => new(
        (int)heartbeat.QueuedShards,
        (int)heartbeat.BegunShards,
        (int)heartbeat.UnackedBatches,
        (long)heartbeat.SentPings,
        (long)heartbeat.ReceivedReplies,
        (long)heartbeat.LocalDrops,
        (int)heartbeat.CpuPermille,
        (long)heartbeat.DroppedResults,
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(heartbeat.UnixTimeMs, 0, MaxUnixTimeMs)) - time.GetUtcNow(),
        heartbeat.BudgetSerial,
        heartbeat.ClockMs);

    private void Receive(ResultBatch batch)
    {
        CheckSequence(batch);
        var result = Check(batch);
        var columns = result is null ? ReadOnlyMemory<byte>.Empty : batch.Columns.ToByteArray();
        var stored = new StoredBatch(
            new RoundId(batch.Round), new ShardId(batch.Shard), new LeaseEpoch(batch.Epoch), new ShardContentHash(batch.ContentHash), agent.Name, columns);
        cluster.BatchArrived(agent.Id, link, batch.Sequence, stored, result);
    }

    // A gap would never be acknowledged, and what comes after it, beyond the credits, would be remembered without bound.
    private void CheckSequence(ResultBatch batch)
    {
        var acknowledged = Math.Max(link.Acknowledged, agent.FirstUnacked - 1);
        var last = Math.Max(_lastSequence, acknowledged);
        if (batch.Sequence > last + 1)
        {
            throw Refuse(batch, $"it follows batch {last}; each number comes after the one before it");
        }

        if (batch.Sequence > acknowledged + (ulong)credits)
        {
            throw Refuse(batch, $"it is one more than the {credits} that may be unacknowledged; batch {acknowledged} is the last that is acknowledged");
        }

        _lastSequence = Math.Max(_lastSequence, batch.Sequence);
    }

    // Null for what can never count here: it is acknowledged, so that its agent forgets it too. An agent may bring it in good faith, out of its spool.
    private ShardResult? Check(ResultBatch batch)
    {
        if (cluster.FindRound(new RoundId(batch.Round)) is not { } round)
        {
            return Forget(batch, ForgottenWhy.NoSuchRound);
        }

        if (!cluster.MayHaveGranted(new LeaseEpoch(batch.Epoch)))
        {
            return Forget(batch, ForgottenWhy.OtherStore);
        }

        var index = round.Map.IndexOf(new ShardId(batch.Shard));
        if (index < 0)
        {
            return Forget(batch, ForgottenWhy.NoSuchShard);
        }

        var shard = round.Map.Shards[index];
        if (shard.Content.Value != batch.ContentHash)
        {
            return Forget(batch, ForgottenWhy.OtherTargets);
        }

        return ResultColumnsCodec.TryDecode(batch.Columns, shard.TargetCount, round.Probe.Count, out var result, out var defect)
            ? result
            : throw Refuse(batch, defect);
    }

    private ShardResult? Forget(ResultBatch batch, ForgottenWhy why)
    {
        forgotten.Add(batch.Columns?.Sent.Count ?? 0, why);
        return null;
    }

    private void Receive(LeaseReturn returned)
    {
        var round = new RoundId(returned.Round);
        cluster.LeasesReturned(
            agent.Id,
            link,
            [.. returned.Leases.Select(lease => new LeaseKey(round, new ShardId(lease.Shard), new LeaseEpoch(lease.Epoch)))],
            (Shared.Leases.LeaseReturnReason)returned.Reason,
            returned.Detail.Length > MostDetail ? returned.Detail[..MostDetail] + "…" : returned.Detail);
    }

    private static RpcException Refuse(ResultBatch batch, string why) =>
        new(new Status(StatusCode.InvalidArgument, $"batch {batch.Sequence} (round {batch.Round}, shard {batch.Shard:x}): {why}"));
}
