using FpingCluster.Shared.Configuration;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Engines.Fping;

internal sealed partial class FpingDispatcher
{
    private static partial class Log
    {
        [LoggerMessage(3200, LogLevel.Information, "fping layout {Layout}: {Why}.")]
        public static partial void LayoutChosen(ILogger logger, FpingLayoutKind layout, string why);
    }
}
