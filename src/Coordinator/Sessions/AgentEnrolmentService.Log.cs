using FpingCluster.Shared.Leases;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Sessions;

internal sealed partial class AgentEnrolmentService
{
    private static partial class Log
    {
        [LoggerMessage(4101, LogLevel.Information, "Agent {Agent} ({Id}) enrolled from {Peer}")]
        public static partial void Enrolled(ILogger logger, string agent, AgentId id, string peer);

        [LoggerMessage(4102, LogLevel.Warning, "No certificate for who asked from {Peer}: {Why}")]
        public static partial void Refused(ILogger logger, string peer, string why);

        [LoggerMessage(4103, LogLevel.Error, "No certificate for who asked from {Peer}: {Why}")]
        public static partial void NotIssued(ILogger logger, string peer, string why);
    }
}
