using FpingCluster.Coordinator.Jobs;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli;

/// <summary>A configuration that is good, or all that is wrong with it as the command's message.</summary>
internal static class ConfigurationFile
{
    public static CoordinatorConfiguration Load(string path)
    {
        var reading = ConfigurationReader.Read(path);
        return reading.Configuration
            ?? throw new UserErrorException(string.Join(Environment.NewLine, reading.Errors.Select(error => error.ToString())));
    }
}
