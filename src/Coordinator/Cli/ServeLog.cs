using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Cli;

internal static partial class ServeLog
{
    [LoggerMessage(8101, LogLevel.Information, "Serving agents on {Grpc} and the API on {Http}; {Jobs}, data in {DataDir}")]
    public static partial void Serving(ILogger logger, string grpc, string http, string jobs, string dataDir);

    [LoggerMessage(8102, LogLevel.Information, "{Setting}")]
    public static partial void Setting(ILogger logger, string setting);
}
