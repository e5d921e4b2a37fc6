using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Session;

/// <summary>Who this agent is and what it can do, as every Hello says it.</summary>
/// <param name="Engines">Proved in the self-test, best first.</param>
internal sealed record AgentProfile(
    AgentIdentity Identity, string Name, string Version, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<EngineKind> Engines);
