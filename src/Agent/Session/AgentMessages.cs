using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Diagnostics;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Results;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using Google.Protobuf;
using ReturnedLease = FpingCluster.Agent.Assignments.ReturnedLease;
using WireReturnedLease = FpingCluster.Shared.Protocol.V1.ReturnedLease;

namespace FpingCluster.Agent.Session;

/// <summary>What this agent says, out of the state it has at that moment.</summary>
internal sealed class AgentMessages(
    AgentProfile profile, AssignmentTable table, ResultOutbox outbox, RateLimit rate, ProbeCounters counters, CpuMeter cpu, TimeProvider time)
{
    public AgentMessage Hello()
    {
        var hello = new Hello
        {
            ProtocolMajor = ProtocolVersion.Major,
            ProtocolMinor = ProtocolVersion.Minor,
            AgentId = ToBytes(profile.Identity.AgentId.Value),
            BootId = ToBytes(profile.Identity.BootId),
            Name = profile.Name,
            Version = profile.Version,
            CapacityPingsPerSecond = (uint)rate.Ceiling,
            FirstUnackedSequence = outbox.FirstUnacked,
        };
        foreach (var (key, value) in profile.Labels)
        {
            hello.Labels.Add(key, value);
        }

        hello.Engines.AddRange(profile.Engines.Select(EngineCodec.ToWire));
        // The table first: a result enters the outbox before its lease leaves the table, so none is missing from both.
        hello.HeldLeases.AddRange(table.Held().Concat(outbox.Leases()).Distinct().Select(lease =>
            new HeldLease { Round = lease.Round.Value, Shard = lease.Shard.Value, Epoch = lease.Epoch.Value }));
        return new AgentMessage { Hello = hello };
    }

    public AgentMessage Heartbeat()
    {
        var (queued, begun) = table.Count();
        return new AgentMessage
        {
            Heartbeat = new Heartbeat
            {
                UnixTimeMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
                QueuedShards = (uint)queued,
                BegunShards = (uint)begun,
                UnackedBatches = (uint)outbox.Count,
                SentPings = (ulong)counters.Sent,
                ReceivedReplies = (ulong)counters.Received,
                LocalDrops = (ulong)counters.LocalDrops,
                CpuPermille = (uint)cpu.UsedPermille(),
            },
        };
    }

    public static AgentMessage Batch(ResultBatch batch) => new() { ResultBatch = batch };

    /// <summary>One message for all leases of a round that go back for the same reason.</summary>
    public static IEnumerable<AgentMessage> Returns(IReadOnlyList<ReturnedLease> leases) =>
        leases.GroupBy(lease => (lease.Lease.Round, lease.Reason, lease.Detail)).Select(group => new AgentMessage
        {
            LeaseReturn = new LeaseReturn
            {
                Round = group.Key.Round.Value,
                Reason = (LeaseReturnReason)group.Key.Reason,
                Detail = group.Key.Detail,
                Leases = { group.Select(lease => new WireReturnedLease { Shard = lease.Lease.Shard.Value, Epoch = lease.Lease.Epoch.Value }) },
            },
        });

    private static ByteString ToBytes(Guid id) => ByteString.CopyFrom(id.ToByteArray(bigEndian: true));
}
