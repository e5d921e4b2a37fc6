using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Security;

internal sealed partial class OutsideAuthority
{
    private static partial class Log
    {
        [LoggerMessage(10120, LogLevel.Error, "{Why}; agents are judged by the certificates from before")]
        public static partial void NotReloaded(ILogger logger, string why);
    }
}
