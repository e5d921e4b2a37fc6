using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Engines;

/// <summary>An engine of this version: how it is proved and made.</summary>
internal sealed record EngineOffer(EngineKind Kind, Func<CancellationToken, Task<EngineProof>> ProveAsync, Func<IProbeEngine> Create);
