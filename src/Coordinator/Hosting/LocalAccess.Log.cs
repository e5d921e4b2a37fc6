using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Hosting;

internal sealed partial class LocalAccess
{
    private static partial class Log
    {
        [LoggerMessage(8211, LogLevel.Warning, "Commands on this host find no token by themselves: {Why}. They take --token-file {File}")]
        public static partial void NotLeft(ILogger logger, string why, string file);

        [LoggerMessage(8212, LogLevel.Warning, "The token for commands on this host is still there: {Why}")]
        public static partial void NotRemoved(ILogger logger, string why);
    }
}
