using FpingCluster.Agent.Tests.Assignments;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Targets;
using Google.Protobuf;

namespace FpingCluster.Agent.Tests.Session;

/// <summary>What a coordinator says, for scripts.</summary>
internal static class CoordinatorMessages
{
    public static CoordinatorMessage Welcome(uint credits = 100, uint timeoutMs = 60_000, uint heartbeatMs = 20_000) => new()
    {
        Welcome = new Welcome { CoordinatorVersion = "0.1.0", SessionTimeoutMs = timeoutMs, HeartbeatIntervalMs = heartbeatMs, Credits = credits },
    };

    public static CoordinatorMessage RoundStart(long round = 7, Probe? probe = null, uint deadlineMs = 0) => new()
    {
        RoundStart = new RoundStart { Round = round, Job = "iot", Probe = ProbeCodec.Encode(probe ?? TestShards.TwoPings), DeadlineMs = deadlineMs },
    };

    public static CoordinatorMessage Content(ulong shard)
    {
        var packed = Packed(shard);
        return new CoordinatorMessage
        {
            ShardContent = new ShardContent
            {
                ContentHash = packed.ComputeHash().Value,
                Ipv4 = ByteString.CopyFrom(packed.IPv4.Span),
                Ipv6 = ByteString.CopyFrom(packed.IPv6.Span),
            },
        };
    }

    public static CoordinatorMessage Grant(long epoch, params ulong[] shards) => new()
    {
        LeaseGrant = new LeaseGrant
        {
            Round = 7,
            Leases = { shards.Select(shard => new ShardLease { Shard = shard, Epoch = epoch, ContentHash = Packed(shard).ComputeHash().Value }) },
        },
    };

    public static CoordinatorMessage Revoke(bool cancel, params ulong[] shards) =>
        new() { LeaseRevoke = new LeaseRevoke { Round = 7, Cancel = cancel, Shards = { shards } } };

    public static CoordinatorMessage Ack(ulong sequence) => new() { BatchAck = new BatchAck { Sequence = sequence } };

    public static CoordinatorMessage Drain() => new() { Drain = new Drain { Reason = "upgrade" } };

    /// <summary>A round and all its shards, contents first.</summary>
    public static IEnumerable<CoordinatorMessage> WholeRound(params ulong[] shards) => [RoundStart(), .. shards.Select(Content), Grant(1, shards)];

    private static PackedAddresses Packed(ulong shard) => PackedAddresses.Pack(TestShards.Targets(shard));
}
