using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Cli;

internal sealed partial class AgentRuntime
{
    private static partial class Log
    {
        [LoggerMessage(8000, LogLevel.Information, "Connected to coordinator {Coordinator}, version {Version}; batches to send again: {Batches}")]
        public static partial void Connected(ILogger logger, Uri coordinator, string version, int batches);

        [LoggerMessage(8001, LogLevel.Information,
            "Leaving when all is finished and acknowledged (shards begun: {Begun}, batches: {Batches}); ask a second time to leave at once")]
        public static partial void Draining(ILogger logger, int begun, int batches);

        [LoggerMessage(8002, LogLevel.Information, "Left in order: everything is returned or acknowledged; pings sent since the start: {Pings}")]
        public static partial void Drained(ILogger logger, long pings);

        [LoggerMessage(8003, LogLevel.Warning,
            "Left early (shards unfinished: {Begun}, batches not acknowledged: {Batches}); the coordinator gives their shards to other agents")]
        public static partial void LeftEarly(ILogger logger, int begun, int batches);
    }
}
