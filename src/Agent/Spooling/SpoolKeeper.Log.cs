using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Spooling;

internal sealed partial class SpoolKeeper
{
    private static partial class Log
    {
        [LoggerMessage(9000, LogLevel.Information, "Found {Batches} batches ({Results} results) of an earlier start in {Folder}; they are sent first")]
        public static partial void Found(ILogger logger, int batches, long results, string folder);

        [LoggerMessage(9001, LogLevel.Warning, "Cut {Bytes} bytes off the spool {Folder} that were no whole batch: the agent or its host ended while it wrote them")]
        public static partial void CutOff(ILogger logger, long bytes, string folder);

        [LoggerMessage(9002, LogLevel.Warning, "The spool {Folder} does not work: {Why}; results stay in memory while it has room for them")]
        public static partial void Trouble(ILogger logger, string folder, string why);

        [LoggerMessage(9003, LogLevel.Error,
            "Dropped {Results} results, the oldest first, because neither memory nor spool had room for them ({Total} since the start); " +
            "make room on the disk, or raise --spool-limit")]
        public static partial void Dropped(ILogger logger, long results, long total);

        [LoggerMessage(9004, LogLevel.Information, "Kept {Batches} batches in {Folder}; the next start of this agent sends them")]
        public static partial void Kept(ILogger logger, int batches, string folder);
    }
}
