using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Engines.Raw;

internal sealed partial class RawEngine
{
    private static partial class Log
    {
        [LoggerMessage(3300, LogLevel.Information, "Raw engine: {Lanes} lanes with {Mode} sockets, at most {Rate} pings/s")]
        public static partial void Started(ILogger logger, int lanes, SocketMode mode, int rate);

        [LoggerMessage(3301, LogLevel.Warning, "This host dropped {Packets} packets; what they may have answered is sent again, and the rate falls to {Rate} pings/s for a while. fping-agent check says what limits it")]
        public static partial void Slowed(ILogger logger, long packets, int rate);

        [LoggerMessage(3302, LogLevel.Information, "Raw engine ended: {Counters}")]
        public static partial void Ended(ILogger logger, string counters);
    }
}
