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
internal sealed class SessionInbox(AgentIntroduction agent, IAgentLink link, ClusterLoop cluster, TimeProvider time)
{
    public void Receive(AgentMessage message)
    {
        switch (message.MessageCase)
        {
            case AgentMessage.MessageOneofCase.Heartbeat:
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

    // The year 9999, beyond which DateTimeOffset throws.
    private const long MaxUnixTimeMs = 253_402_300_799_999;

    private void Receive(ResultBatch batch)
    {
        var stored = new StoredBatch(
            new RoundId(batch.Round),
            new ShardId(batch.Shard),
            new LeaseEpoch(batch.Epoch),
            new ShardContentHash(batch.ContentHash),
            agent.Name,
            (batch.Columns ?? new ResultColumns()).ToByteArray());
        cluster.BatchArrived(agent.Id, link, batch.Sequence, stored, Check(batch));
    }

    // Null for a round that is not running: such a batch is acknowledged and forgotten.
    private ShardResult? Check(ResultBatch batch)
    {
        if (cluster.FindRound(new RoundId(batch.Round)) is not { } round)
        {
            return null;
        }

        var index = round.Map.IndexOf(new ShardId(batch.Shard));
        if (index < 0)
        {
            throw Refuse(batch, "the round has no such shard");
        }

        var shard = round.Map.Shards[index];
        if (shard.Content.Value != batch.ContentHash)
        {
            throw Refuse(batch, $"its content hash is {batch.ContentHash:x16}, the shard's is {shard.Content}");
        }

        return ResultColumnsCodec.TryDecode(batch.Columns, shard.TargetCount, round.Probe.Count, out var result, out var defect)
            ? result
            : throw Refuse(batch, defect);
    }

    private void Receive(LeaseReturn returned)
    {
        var round = new RoundId(returned.Round);
        cluster.LeasesReturned(
            agent.Id,
            link,
            [.. returned.Leases.Select(lease => new LeaseKey(round, new ShardId(lease.Shard), new LeaseEpoch(lease.Epoch)))],
            (Shared.Leases.LeaseReturnReason)returned.Reason,
            returned.Detail);
    }

    private static RpcException Refuse(ResultBatch batch, string why) =>
        new(new Status(StatusCode.InvalidArgument, $"batch {batch.Sequence} (round {batch.Round}, shard {batch.Shard:x}): {why}"));
}
