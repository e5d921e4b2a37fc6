using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Sessions;

internal sealed partial class ForgottenResults
{
    private static partial class Log
    {
        [LoggerMessage(4004, LogLevel.Warning, "Forgotten, and acknowledged so that the agent forgets them too: {Results} of agent {Agent}; {Why}")]
        public static partial void Forgotten(ILogger logger, string results, string agent, string why);
    }
}
