using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Jobs;

internal sealed partial class JobRunner
{
    private static partial class Log
    {
        [LoggerMessage(5101, LogLevel.Error, "Job {Job}: this round could not be done: {Problem}")]
        public static partial void RoundFailed(ILogger logger, string job, string problem);

        [LoggerMessage(5102, LogLevel.Error, "Job {Job}: the target list is not read again and the one read before is used: {Problem}")]
        public static partial void ListKept(ILogger logger, string job, string problem);

        [LoggerMessage(5104, LogLevel.Warning, "Job {Job}: {Warning}")]
        public static partial void ListWarning(ILogger logger, string job, string warning);

        [LoggerMessage(5103, LogLevel.Warning, "Job {Job}: {Rounds} skipped, the one before took longer than every {Seconds} s. Give it more time, agents or rate")]
        public static partial void RoundsSkipped(ILogger logger, string job, string rounds, double seconds);
    }
}
