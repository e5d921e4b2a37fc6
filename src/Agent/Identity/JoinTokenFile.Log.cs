using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Identity;

internal sealed partial class JoinTokenFile
{
    private static partial class Log
    {
        [LoggerMessage(11001, LogLevel.Warning, "Others may read the join token in {File}, and join with it: chmod 600 {File}")]
        public static partial void WideRights(ILogger logger, string file);
    }
}
