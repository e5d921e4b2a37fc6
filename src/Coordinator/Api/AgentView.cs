using FpingCluster.Coordinator.Membership;

namespace FpingCluster.Coordinator.Api;

/// <summary>An agent as the API shows it; property names are the JSON's, in snake_case.</summary>
internal sealed record AgentView(
    string Id,
    string Name,
    string Status,
    string Version,
    string Peer,
    IReadOnlyDictionary<string, string> Labels,
    IReadOnlyList<string> Engines,
    int CapacityPingsPerSecond,
    int BudgetPingsPerSecond,
    int QueuedShards,
    int BegunShards,
    int UnackedBatches,
    long SentPings,
    long ReceivedReplies,
    long LocalDrops,
    long DroppedResults,
    double CpuPercent,
    double ClockOffsetS,
    DateTimeOffset ConnectedSince,
    DateTimeOffset LastHeard)
{
    public static AgentView Of(AgentMember agent) => new(
        agent.Introduction.Id.ToString(),
        agent.Introduction.Name,
        agent.Status.ToString().ToLowerInvariant(),
        agent.Introduction.Version,
        agent.Introduction.Peer,
        agent.Introduction.Labels,
        [.. agent.Introduction.Engines.Select(engine => engine.ToString().ToLowerInvariant())],
        agent.Introduction.Capacity,
        agent.Budget,
        agent.Load.QueuedShards,
        agent.Load.BegunShards,
        agent.Load.UnackedBatches,
        agent.Load.SentPings,
        agent.Load.ReceivedReplies,
        agent.Load.LocalDrops,
        agent.Load.DroppedResults,
        agent.Load.CpuPermille / 10.0,
        Math.Round(agent.Load.ClockOffset.TotalSeconds, 3),
        agent.ConnectedSince,
        agent.LastHeard);
}
