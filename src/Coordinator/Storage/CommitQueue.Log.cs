using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Storage;

internal sealed partial class CommitQueue
{
    private static partial class Log
    {
        [LoggerMessage(6001, LogLevel.Error, "Results cannot be committed: {Trouble}. Nothing is lost: they are tried again until it succeeds, and acknowledged only then")]
        public static partial void Failing(ILogger logger, string trouble);

        [LoggerMessage(6002, LogLevel.Information, "Results are committed again; batches that waited: {Batches}")]
        public static partial void Recovered(ILogger logger, int batches);

        [LoggerMessage(6003, LogLevel.Warning, "Stopped with batches not committed: {Batches}; their agents keep them and send them again")]
        public static partial void GivenUp(ILogger logger, int batches);
    }
}
