using FpingCluster.Shared.Results;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Jobs;

internal sealed partial class RoundOutput
{
    private static partial class Log
    {
        [LoggerMessage(5201, LogLevel.Warning, "Unknown and left out: {Targets}; the format {Format} has no way to say so")]
        public static partial void RowsSkipped(ILogger logger, string targets, ResultFormat format);
    }
}
