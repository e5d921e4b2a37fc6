using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Engines;

/// <summary>An engine this program has: how to find out whether it works on this host, and how to make one.</summary>
internal sealed record EngineFactory(EngineKind Kind, Func<CancellationToken, Task<EngineProof>> ProveAsync, Func<IProbeEngine> Create);
