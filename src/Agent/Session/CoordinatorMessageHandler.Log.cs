using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Session;

internal sealed partial class CoordinatorMessageHandler
{
    private static partial class Log
    {
        [LoggerMessage(2020, LogLevel.Information, "Round {Round} of job {Job} begins")]
        public static partial void RoundStarted(ILogger logger, long round, string job);

        [LoggerMessage(2021, LogLevel.Error, "Round {Round} of job {Job} asks for what this agent cannot do; its shards go back: {Defect}")]
        public static partial void RoundNotUnderstood(ILogger logger, long round, string job, string defect);

        [LoggerMessage(2022, LogLevel.Debug, "{Shards} shards of round {Round} leased, {Refused} of them refused")]
        public static partial void Granted(ILogger logger, int shards, long round, int refused);

        [LoggerMessage(2023, LogLevel.Debug, "Leases of round {Round} revoked: {Returned} returned, {Cancelled} cancelled")]
        public static partial void Revoked(ILogger logger, long round, int returned, int cancelled);

        [LoggerMessage(2024, LogLevel.Debug, "At most {PingsPerSecond} pings/s from now on")]
        public static partial void RateBudget(ILogger logger, int pingsPerSecond);

        [LoggerMessage(2026, LogLevel.Debug, "Nothing from now on: there is no share of the rate for this agent")]
        public static partial void NoBudget(ILogger logger);

        [LoggerMessage(2025, LogLevel.Information, "The coordinator asks this agent to leave: {Reason}")]
        public static partial void DrainAsked(ILogger logger, string reason);
    }
}
