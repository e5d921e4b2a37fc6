using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Raw;
using Microsoft.Extensions.Logging.Abstractions;

namespace FpingCluster.Agent.Tests.Engines.Raw;

/// <summary>The real engine on real raw sockets and loopback.</summary>
public sealed class RawEngineContractTests : EngineContract
{
    internal override IProbeEngine Create(RateLimit limit) =>
        new RawEngine(new RawSettings(SocketMode.Raw), limit, TimeProvider.System, NullLogger<RawEngine>.Instance);
}
