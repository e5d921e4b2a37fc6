using FpingCluster.Coordinator.Leases;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Tests.Membership;

/// <summary>One session, which remembers what the coordinator said in it.</summary>
internal sealed class RecordingLink : IAgentLink
{
    public List<Lease> Granted { get; } = [];

    public List<(RoundId Round, IReadOnlyList<ShardId> Shards, bool Cancel)> Revoked { get; } = [];

    public List<ShardContentHash> Forgotten { get; } = [];

    /// <summary>The last ack; null before the first.</summary>
    public ulong? Acknowledged { get; private set; }

    /// <summary>Without those that were told again.</summary>
    public List<int> Budgets { get; } = [];

    /// <summary>Of the last budget.</summary>
    public ulong BudgetSerial { get; private set; }

    public TimeSpan BudgetTerm { get; private set; }

    /// <summary>Of the last budget.</summary>
    public PrefixRate? PerPrefix { get; private set; }

    public ulong BudgetHeardMs { get; private set; }

    public string? DrainReason { get; private set; }

    public string? ClosedBecause { get; private set; }

    public bool IsWelcomed { get; private set; }

    /// <summary>Why its identity was refused; null when it was not.</summary>
    public string? Refused { get; private set; }

    public void Welcome()
    {
        Assert.False(IsWelcomed, "a second Welcome");
        IsWelcomed = true;
    }

    public void RefuseIdentity(string why)
    {
        Assert.False(IsWelcomed, "an identity refused after the Welcome");
        Refused = why;
        Close(why);
    }

    public void Grant(RoundBriefing round, IReadOnlyList<Lease> leases)
    {
        Assert.Null(ClosedBecause);
        Granted.AddRange(leases);
    }

    public void Revoke(RoundId round, IReadOnlyList<ShardId> shards, bool cancel) => Revoked.Add((round, shards, cancel));

    public void ForgetContent(ShardContentHash content) => Forgotten.Add(content);

    public void Acknowledge(ulong sequence)
    {
        Assert.True(Acknowledged is null || sequence >= Acknowledged, $"ack {sequence} after {Acknowledged}");
        Acknowledged = sequence;
    }

    public void SetBudget(ulong serial, int pingsPerSecond, PrefixRate? perPrefix, TimeSpan term, ulong heardMs)
    {
        Assert.True(serial >= BudgetSerial, $"budget {serial} after {BudgetSerial}");
        if (serial != BudgetSerial)
        {
            Budgets.Add(pingsPerSecond);
        }

        Assert.Equal(Budgets[^1], pingsPerSecond);
        (BudgetSerial, PerPrefix, BudgetTerm, BudgetHeardMs) = (serial, perPrefix, term, heardMs);
    }

    public void Drain(string reason) => DrainReason = reason;

    public void Close(string why) => ClosedBecause ??= why;
}
