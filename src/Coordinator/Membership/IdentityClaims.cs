using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Membership;

/// <summary>
/// Newcomers that say they are an agent whose other boot is connected. Either that agent was restarted and its old session is half-open, or its identity was
/// copied and there are two: only the old session's next words can tell. Owned by the cluster loop.
/// </summary>
/// <param name="proofAfter">Words that were on their way when the newcomer came prove nothing; those spoken so much later do.</param>
internal sealed class IdentityClaims(TimeProvider time, TimeSpan proofAfter)
{
    private readonly List<IdentityClaim> _claims = [];

    /// <returns>An earlier claim of the same boot, which came again: its session is over.</returns>
    public IdentityClaim? Add(AgentIntroduction introduction, IAgentLink link)
    {
        var earlier = _claims.Find(claim => claim.Introduction.Id == introduction.Id && claim.Introduction.BootId == introduction.BootId);
        Remove(earlier?.Link);
        _claims.Add(new IdentityClaim(introduction, link, time.GetTimestamp()));
        return earlier;
    }

    public void Remove(IAgentLink? link) => _claims.RemoveAll(claim => claim.Link == link);

    /// <summary>The connected agent has spoken: takes out those whom that proves to be somebody else.</summary>
    public IReadOnlyList<IdentityClaim> Refute(AgentId agent)
    {
        if (_claims.Count == 0)
        {
            return [];
        }

        var refuted = _claims.FindAll(claim => claim.Introduction.Id == agent && time.GetElapsedTime(claim.Since) >= proofAfter);
        _claims.RemoveAll(refuted.Contains);
        return refuted;
    }

    /// <summary>The agent is connected no more: takes out who came first in its name. The others wait for that one's words now.</summary>
    public IdentityClaim? Grant(AgentId agent)
    {
        if (_claims.Find(claim => claim.Introduction.Id == agent) is not { } first)
        {
            return null;
        }

        _claims.Remove(first);
        var now = time.GetTimestamp();
        for (var i = 0; i < _claims.Count; i++)
        {
            _claims[i] = _claims[i].Introduction.Id == agent ? _claims[i] with { Since = now } : _claims[i];
        }

        return first;
    }
}
