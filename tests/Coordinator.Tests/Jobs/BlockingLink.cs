using FpingCluster.Coordinator.Leases;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit;

namespace FpingCluster.Coordinator.Tests.Jobs;

/// <summary>Holds the cluster loop up with its first ack, as long work on it would.</summary>
internal sealed class BlockingLink(ManualResetEventSlim goOn) : IAgentLink
{
    public Signal Reached { get; } = new();

    public void Acknowledge(ulong sequence)
    {
        Reached.Set();
        Assert.True(goOn.Wait(TimeSpan.FromSeconds(20)), "the test did not let the loop go on");
    }

    public void Grant(RoundBriefing round, IReadOnlyList<Lease> leases)
    {
    }

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
