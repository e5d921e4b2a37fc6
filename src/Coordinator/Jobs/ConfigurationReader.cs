using FpingCluster.Coordinator.Jobs.Yaml;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>Reads a configuration of any kind: a job file, a coordinator's own file (the same with more keys), or pyfping's as it stands.</summary>
internal static class ConfigurationReader
{
    public static ConfigurationReading Read(string path)
    {
        var errors = new ConfigurationErrors(path);
        if (YamlFile.Open(path, errors) is not { } root)
        {
            return new ConfigurationReading(null, errors.InOrder, []);
        }

        var source = Path.GetFullPath(path);
        var configuration = PyfpingFileReader.Recognizes(root) ? PyfpingFileReader.Read(root, source) : CoordinatorFileReader.Read(root, source);
        var targetFiles = configuration.Jobs.Select(job => job.TargetFile).Where(File.Exists).Distinct().ToList();
        return new ConfigurationReading(errors.Any ? null : configuration, errors.InOrder, targetFiles);
    }
}
