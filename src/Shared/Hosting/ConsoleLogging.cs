using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace FpingCluster.Shared.Hosting;

/// <summary>Our programs log to stderr alone, one line an entry: "12:34:56 warn message".</summary>
public static class ConsoleLogging
{
    public static ILoggingBuilder AddFpingClusterLogging(this ILoggingBuilder logging, LogLevel level = LogLevel.Information)
    {
        logging.ClearProviders().SetMinimumLevel(level);
        // The framework's own chatter (requests, endpoints, hosting) is worth a line only when something is wrong.
        logging.AddFilter("Microsoft", level > LogLevel.Warning ? level : LogLevel.Warning).AddFilter("Grpc", level > LogLevel.Warning ? level : LogLevel.Warning);
        logging.AddConsole(console =>
        {
            console.FormatterName = LineFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        // Not AddConsoleFormatter: it binds options, of which there are none here, by what trimming takes away.
        logging.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ConsoleFormatter, LineFormatter>());
        logging.Services.TryAddSingleton(TimeProvider.System);
        return logging;
    }
}
