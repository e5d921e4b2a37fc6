using FpingCluster.Shared.Configuration;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Engines.Fping;

/// <summary>Probes with fping processes, several at once, each on a bucket of targets. Quiet fping names no ICMP errors, so results carry none.</summary>
internal sealed class FpingEngine(FpingCapability capability, IEngineRate limit, TimeProvider time, ILogger<FpingEngine> logger, string procRoot = "/proc")
    : IProbeEngine
{
    public EngineKind Kind => EngineKind.Fping;

    public async Task RunAsync(IShardSource source, IResultSink sink, CancellationToken cancellationToken)
    {
        await using var drops = new SocketDropWatch(time, procRoot);
        using var routes = new RouteCheck();
        var process = new FpingProcess(capability.Path, drops, time);
        var pace = new FpingPace(limit);
        var merger = new FpingMerger(capability.Path, sink, routes, pace, time, logger);
        await new FpingDispatcher(source, process, merger, limit, pace, logger).RunAsync(cancellationToken);
    }
}
