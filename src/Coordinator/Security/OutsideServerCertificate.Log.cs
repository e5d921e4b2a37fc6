using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Security;

internal sealed partial class OutsideServerCertificate
{
    private static partial class Log
    {
        [LoggerMessage(10101, LogLevel.Information, "The certificate in {File} was read again; it holds until {NotAfter:u}")]
        public static partial void Reloaded(ILogger logger, string file, DateTimeOffset notAfter);

        [LoggerMessage(10102, LogLevel.Error, "{Why}")]
        public static partial void NotReloaded(ILogger logger, string why);
    }
}
