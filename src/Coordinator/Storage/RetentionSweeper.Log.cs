using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Storage;

internal sealed partial class RetentionSweeper
{
    private static partial class Log
    {
        [LoggerMessage(6011, LogLevel.Information, "Deleted {Rounds} older than {Retention}")]
        public static partial void Deleted(ILogger logger, string rounds, string retention);

        [LoggerMessage(6012, LogLevel.Warning, "Old rounds were not deleted: {Trouble}. The next round's end tries again")]
        public static partial void Failed(ILogger logger, string trouble);
    }
}
