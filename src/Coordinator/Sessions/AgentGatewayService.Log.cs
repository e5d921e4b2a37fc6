using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Sessions;

internal sealed partial class AgentGatewayService
{
    private static partial class Log
    {
        [LoggerMessage(4001, LogLevel.Error, "Session of agent {Agent} refused: {Why}")]
        public static partial void Refused(ILogger logger, string agent, string why);

        [LoggerMessage(4003, LogLevel.Warning, "A visitor from {Peer} was refused: {Why}")]
        public static partial void VisitorRefused(ILogger logger, string peer, string why);
    }
}
