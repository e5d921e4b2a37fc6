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
    // At most 35 bytes each: a Hello of that many stays below the limit of a message, and so does a LeaseReturn.
    private const int MostLeases = 100_000;

    public AgentMessage Hello()
    {
        // The table first: a result enters the outbox before its lease leaves the table, so none is missing from both.
        var held = table.Held();
        var claim = outbox.Introduce();
        var hello = new Hello
        {
            ProtocolMajor = ProtocolVersion.Major,
            ProtocolMinor = ProtocolVersion.Minor,
            AgentId = ToBytes(profile.Identity.AgentId.Value),
            BootId = ToBytes(profile.Identity.BootId),
            Name = profile.Name,
            Version = profile.Version,
            CapacityPingsPerSecond = (uint)rate.Ceiling,
            FirstUnackedSequence = claim.FirstUnacked,
            PingsPerSecond = (uint)rate.Share,
            ClockMs = rate.ClockMs,
        };
        foreach (var (key, value) in profile.Labels)
        {
            hello.Labels.Add(key, value);
        }

        hello.Engines.AddRange(profile.Engines.Select(EngineCodec.ToWire));
        // A lease that is left out may be given to another agent; its batch still counts if it comes first. So the oldest are left out.
        hello.HeldLeases.AddRange(claim.Leases.Concat(held).Distinct().TakeLast(MostLeases).Select(lease =>
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
                DroppedResults = (ulong)counters.DroppedResults,
                BudgetSerial = rate.KeptSerial,
                ClockMs = rate.ClockMs,
            },
        };
    }

    public static AgentMessage Batch(ResultBatch batch) => new() { ResultBatch = batch };

    /// <summary>One message for the leases of a round that go back for the same reason.</summary>
    public static IEnumerable<AgentMessage> Returns(IReadOnlyList<ReturnedLease> leases) =>
        from same in leases.GroupBy(lease => (lease.Lease.Round, lease.Reason, lease.Detail))
        from part in same.Chunk(MostLeases)
        select new AgentMessage
        {
            LeaseReturn = new LeaseReturn
            {
                Round = same.Key.Round.Value,
                Reason = (LeaseReturnReason)same.Key.Reason,
                Detail = same.Key.Detail,
                Leases = { part.Select(lease => new WireReturnedLease { Shard = lease.Lease.Shard.Value, Epoch = lease.Lease.Epoch.Value }) },
            },
        };

    private static ByteString ToBytes(Guid id) => ByteString.CopyFrom(id.ToByteArray(bigEndian: true));
}
