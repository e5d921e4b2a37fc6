using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Identity;

internal sealed partial class AgentCredentials
{
    private static partial class Log
    {
        [LoggerMessage(11010, LogLevel.Information, "Coordinator {Coordinator} gave this agent a certificate; it holds until {NotAfter:u} and is renewed before")]
        public static partial void Kept(ILogger logger, Uri coordinator, DateTimeOffset notAfter);

        [LoggerMessage(11011, LogLevel.Warning, "Coordinator {Coordinator} does not renew this agent's certificate: {Why}; trying again")]
        public static partial void NotRenewed(ILogger logger, Uri coordinator, string why);
    }
}
