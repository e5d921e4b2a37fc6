using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Session;

internal sealed partial class SessionLoop
{
    private static partial class Log
    {
        [LoggerMessage(2000, LogLevel.Warning, "Cannot reach coordinator {Coordinator}: {Why}; trying again in {Seconds} s")]
        public static partial void Unreachable(ILogger logger, Uri coordinator, string why, double seconds);

        [LoggerMessage(2001, LogLevel.Debug, "Still cannot reach coordinator {Coordinator}: {Why}; trying again in {Seconds} s")]
        public static partial void StillUnreachable(ILogger logger, Uri coordinator, string why, double seconds);

        [LoggerMessage(2002, LogLevel.Warning, "Lost coordinator {Coordinator}: {Why}; probing goes on, connecting again in {Seconds} s")]
        public static partial void Lost(ILogger logger, Uri coordinator, string why, double seconds);

        [LoggerMessage(2003, LogLevel.Error, "Coordinator {Coordinator} refuses this agent: {Why}")]
        public static partial void Rejected(ILogger logger, Uri coordinator, string why);

        [LoggerMessage(2004, LogLevel.Warning, "Coordinator {Coordinator}: {Why}. This agent has made itself a new one and joins with that; the old one is kept in {Kept}")]
        public static partial void IdentityRenewed(ILogger logger, Uri coordinator, string why, string kept);
    }
}
