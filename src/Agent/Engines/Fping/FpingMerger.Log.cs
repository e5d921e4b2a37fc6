using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Engines.Fping;

internal sealed partial class FpingMerger
{
    private static partial class Log
    {
        [LoggerMessage(3210, LogLevel.Error, "fping cannot probe: {Why}.")]
        public static partial void CannotProbe(ILogger logger, string why);

        [LoggerMessage(3211, LogLevel.Warning, "{Why}; it left {Missing} of {Targets} targets without a result, and {Again} are probed again.")]
        public static partial void BucketFailed(ILogger logger, string why, int missing, int targets, int again);

        [LoggerMessage(3212, LogLevel.Warning,
            "This host dropped {Drops} packets at an fping socket, which puts {Obscured} lost pings in doubt; fping now sends at most {PingsPerSecond} pings/s.")]
        public static partial void LossesInDoubt(ILogger logger, long drops, int obscured, int pingsPerSecond);
    }
}
