using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Membership;

/// <summary>
/// Shares of the cluster's rate in the hands of agents that are not here and may be sending still: those given up as silent, and, after a coordinator's restart,
/// whoever has not come back yet. A share is free again when its agent is back, which then says what it keeps, or when its budget must have run out.
/// </summary>
/// <param name="patience">After so long an agent that hears nothing sends nothing, that which it had begun included.</param>
internal sealed class AbsentShares(TimeProvider time, TimeSpan patience)
{
    private readonly Dictionary<AgentId, (int PingsPerSecond, long Since)> _shares = [];
    private long? _formerSince;
    private long _broughtBack;

    /// <summary>Agents of a former coordinator may be sending, all of the rate together: nobody knows who has how much of it.</summary>
    public void ExpectFormer() => _formerSince = time.GetTimestamp();

    public void Keep(AgentId agent, int pingsPerSecond) => _shares[agent] = (pingsPerSecond, time.GetTimestamp());

    /// <param name="kept">What it says it may be sending.</param>
    public void Back(AgentId agent, int kept)
    {
        // One that was given up here was counted when it first came.
        if (!_shares.Remove(agent))
        {
            _broughtBack += kept;
        }
    }

    /// <summary>How much of this rate is in the hands of agents that are not here.</summary>
    public long SumOf(int rate)
    {
        foreach (var (agent, _) in _shares.Where(share => IsOver(share.Value.Since)).ToList())
        {
            _shares.Remove(agent);
        }

        var unknown = _formerSince is { } since && !IsOver(since) ? Math.Max(0, rate - _broughtBack) : 0;
        return Math.Min(rate, unknown + _shares.Values.Sum(share => (long)share.PingsPerSecond));
    }

    private bool IsOver(long since) => time.GetElapsedTime(since) >= patience;
}
