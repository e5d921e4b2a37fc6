using System.Threading.Channels;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Leases;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Coordinator.Tests.Leases;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Targets;
using FpingCluster.Shared.Protocol;
using Google.Protobuf;

namespace FpingCluster.Coordinator.Tests.Jobs;

/// <summary>The session of an agent that answers each lease at once with a result in which everything is up. Tests await what it is told.</summary>
internal sealed class EchoLink(ClusterLoop loop, AgentIntroduction agent) : IAgentLink
{
    private readonly Channel<ulong> _acks = Channel.CreateUnbounded<ulong>();
    private readonly Channel<Lease> _leases = Channel.CreateUnbounded<Lease>();
    private ulong _sequence;

    public ChannelReader<ulong> Acks => _acks.Reader;

    public ChannelReader<Lease> Leases => _leases.Reader;

    public bool Answers { get; init; } = true;

    public void Grant(RoundBriefing round, IReadOnlyList<Lease> leases)
    {
        foreach (var lease in leases)
        {
            _leases.Writer.TryWrite(lease);
            if (Answers)
            {
                Answer(lease);
            }
        }
    }

    public void Answer(Lease lease)
    {
        var result = Samples.Up(lease.Shard);
        var columns = ResultColumnsCodec.Encode(result).ToByteArray();
        var batch = new StoredBatch(lease.Key.Round, lease.Key.Shard, lease.Key.Epoch, lease.Shard.Content, agent.Name, columns);
        loop.BatchArrived(agent.Id, this, ++_sequence, batch, result);
    }

    public void Acknowledge(ulong sequence) => _acks.Writer.TryWrite(sequence);

    public void Welcome()
    {
    }

    public void RefuseIdentity(string why)
    {
    }

    public void Revoke(RoundId round, IReadOnlyList<ShardId> shards, bool cancel)
    {
    }

    public void ForgetContent(ShardContentHash content)
    {
    }

    public void SetBudget(ulong serial, int pingsPerSecond, PrefixRate? perPrefix, TimeSpan term, ulong heardMs)
    {
    }

    public void Drain(string reason)
    {
    }

    public void Close(string why)
    {
    }
}
