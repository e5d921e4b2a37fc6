using FpingCluster.Coordinator.Leases;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Tests.Models;

/// <summary>One session. What the coordinator says is checked by the model as it is said, and waits in order for the agent to read it.</summary>
internal sealed class ModelLink(ClusterModel model, ModelAgent agent, AgentIntroduction introduction) : IAgentLink
{
    private readonly Queue<Action> _unread = new();
    private readonly HashSet<ShardId> _cancelled = [];
    private bool _isReconciled;

    public AgentIntroduction Introduction => introduction;

    public bool IsWelcomed { get; private set; }

    public bool IsClosed { get; private set; }

    public void ReadAll()
    {
        while (_unread.TryDequeue(out var message))
        {
            message();
        }
    }

    public void Welcome()
    {
        Assert.False(IsWelcomed || IsClosed, "a Welcome too much");
        IsWelcomed = true;
        model.Admitted(agent, this);
    }

    public void RefuseIdentity(string why) => Assert.Fail("nobody has another's identity here");

    public void Grant(RoundBriefing round, IReadOnlyList<Lease> leases)
    {
        Assert.False(IsClosed, "a lease in a session that is over");
        foreach (var lease in leases)
        {
            model.Granted(agent, this, lease);
        }

        _unread.Enqueue(() => agent.Take(leases));
    }

    public void Revoke(RoundId round, IReadOnlyList<ShardId> shards, bool cancel)
    {
        if (cancel && !_isReconciled)
        {
            _cancelled.UnionWith(shards);
        }

        _unread.Enqueue(() => agent.GiveBack(shards, cancel));
    }

    public void ForgetContent(ShardContentHash content)
    {
    }

    // The first ack of a session follows the comparison of the leases.
    public void Acknowledge(ulong sequence)
    {
        if (!_isReconciled)
        {
            _isReconciled = true;
            model.Reconciled(agent, this, _cancelled);
        }

        model.Acknowledged(agent, this, sequence);
        _unread.Enqueue(() => agent.Forget(sequence));
    }

    public void SetBudget(ulong serial, int pingsPerSecond, PrefixRate? perPrefix, TimeSpan term, ulong heardMs) => _unread.Enqueue(() => agent.Keep(serial, pingsPerSecond, term, heardMs));

    public void Drain(string reason) => _unread.Enqueue(() => agent.IsDraining = true);

    public void Close(string why)
    {
        IsClosed = true;
        _unread.Enqueue(() => agent.SessionEnded(this));
    }
}
