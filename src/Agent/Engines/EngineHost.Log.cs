using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Engines;

internal sealed partial class EngineHost
{
    private static partial class Log
    {
        [LoggerMessage(3000, LogLevel.Information, "Engine {Engine} works: {Proof}")]
        public static partial void Proved(ILogger logger, string engine, string proof);

        [LoggerMessage(3001, LogLevel.Warning, "Engine {Engine} does not work on this host: {Why}")]
        public static partial void NotProved(ILogger logger, string engine, string why);

        [LoggerMessage(3002, LogLevel.Error, "Engine {Engine} broke; the shards it had begun go back and it is started again")]
        public static partial void Broke(ILogger logger, Exception exception, string engine);

        [LoggerMessage(3003, LogLevel.Error, "Engine {Engine} ended although it was not told to; it is started again")]
        public static partial void EndedEarly(ILogger logger, string engine);
    }
}
