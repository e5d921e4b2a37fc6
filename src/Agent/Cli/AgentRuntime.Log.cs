using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Cli;

internal sealed partial class AgentRuntime
{
    private static partial class Log
    {
        [LoggerMessage(8000, LogLevel.Information, "Connected to coordinator {Coordinator}, version {Version}; {Batches} batches to send again")]
        public static partial void Connected(ILogger logger, Uri coordinator, string version, int batches);

        [LoggerMessage(8001, LogLevel.Information,
            "Leaving when {Begun} shards are finished and {Batches} batches acknowledged; ask a second time to leave at once")]
        public static partial void Draining(ILogger logger, int begun, int batches);

        [LoggerMessage(8002, LogLevel.Information, "Left in order: everything is returned or acknowledged")]
        public static partial void Drained(ILogger logger);

        [LoggerMessage(8003, LogLevel.Warning,
            "Left early: {Begun} shards unfinished, {Batches} batches not acknowledged; the coordinator gives their shards to other agents")]
        public static partial void LeftEarly(ILogger logger, int begun, int batches);
    }
}
