using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Security;

internal sealed partial class JoinTokenKeeper
{
    private static partial class Log
    {
        [LoggerMessage(10110, LogLevel.Error, "There is no new join token: {Why}")]
        public static partial void NotKept(ILogger logger, string why);
    }
}
