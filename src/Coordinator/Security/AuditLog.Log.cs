using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Security;

internal sealed partial class AuditLog
{
    private static partial class Log
    {
        [LoggerMessage(10001, LogLevel.Error, "Refusals are not recorded: {Why}")]
        public static partial void NotRecorded(ILogger logger, string why);
    }
}
