using FpingCluster.Coordinator.Jobs;

namespace FpingCluster.Coordinator.Tests.Jobs;

/// <summary>A folder of its own for one test, with a target list in it.</summary>
internal sealed class ConfigurationFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fpingcluster-configuration-");

    public ConfigurationFolder() => Write("targets.csv", "127.0.0.1\n");

    public string this[string name] => Path.Combine(_folder.FullName, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public CoordinatorConfiguration Read(string yaml, string name = "job.yml")
    {
        var reading = ConfigurationReader.Read(Write(name, yaml));
        Assert.Empty(reading.Errors);
        return reading.Configuration!;
    }

    /// <summary>The errors as they are printed, without the folder; there must be some.</summary>
    public string[] Errors(string yaml, string name = "job.yml")
    {
        var reading = ConfigurationReader.Read(Write(name, yaml));
        Assert.Null(reading.Configuration);
        Assert.NotEmpty(reading.Errors);
        return [.. reading.Errors.Select(error => error.ToString().Replace(_folder.FullName + "/", "", StringComparison.Ordinal))];
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
