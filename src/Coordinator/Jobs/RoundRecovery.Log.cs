using FpingCluster.Shared.Leases;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Jobs;

internal sealed partial class RoundRecovery
{
    private static partial class Log
    {
        [LoggerMessage(5301, LogLevel.Warning, "Going on with round {Round} of job '{Job}': {Done:N0} of {Shards} are there")]
        public static partial void GoingOn(ILogger logger, RoundId round, string job, int done, string shards);

        [LoggerMessage(5302, LogLevel.Warning, "Round {Round} of job '{Job}', left unfinished, is closed: {Why}; {Up:N0} up, {Down:N0} down, {Unknown:N0} unknown")]
        public static partial void Closed(ILogger logger, RoundId round, string job, string why, int up, int down, int unknown);

        [LoggerMessage(5303, LogLevel.Error, "Round {Round} of job '{Job}', left unfinished: {Problem}")]
        public static partial void NotRecovered(ILogger logger, RoundId round, string job, string problem);
    }
}
