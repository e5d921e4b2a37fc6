using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Fping;
using Microsoft.Extensions.Logging.Abstractions;

namespace FpingCluster.Agent.Tests.Engines.Fping;

public sealed class FpingEngineContractTests : EngineContract
{
    internal override IProbeEngine Create(RateLimit limit) =>
        new FpingEngine(InstalledFping.Capability, limit, TimeProvider.System, NullLogger<FpingEngine>.Instance);
}
