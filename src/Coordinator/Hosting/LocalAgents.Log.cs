using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Hosting;

internal sealed partial class LocalAgents
{
    private static partial class Log
    {
        [LoggerMessage(8201, LogLevel.Information, "{Agent}: {Line}")]
        public static partial void Said(ILogger logger, string agent, string line);

        [LoggerMessage(8202, LogLevel.Warning, "Local agent {Agent} did not leave within {Seconds} s and was ended")]
        public static partial void Killed(ILogger logger, string agent, double seconds);
    }
}
