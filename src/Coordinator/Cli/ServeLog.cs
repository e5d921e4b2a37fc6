using System.Net;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Cli;

internal static partial class ServeLog
{
    [LoggerMessage(8101, LogLevel.Information, "Serving agents on {Grpc} and the API on http://{Http}; {Jobs}, data in {DataDir}")]
    public static partial void Serving(ILogger logger, IPEndPoint grpc, IPEndPoint http, string jobs, string dataDir);

    [LoggerMessage(8102, LogLevel.Information, "{Setting}")]
    public static partial void Setting(ILogger logger, string setting);
}
