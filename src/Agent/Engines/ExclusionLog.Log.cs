using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Engines;

internal sealed partial class ExclusionLog
{
    private static partial class Log
    {
        [LoggerMessage(3004, LogLevel.Warning,
            "Asked for and not pinged, because --exclude of this agent forbids it or nobody may ping such addresses: {Targets}; reported unknown (excluded-by-agent)")]
        public static partial void Excluded(ILogger logger, string targets);
    }
}
