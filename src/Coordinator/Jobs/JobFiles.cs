using FpingCluster.Coordinator.Jobs.Yaml;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>The files that the jobs of one configuration read and write: they must exist, or be creatable, and no output may overwrite another file of ours.</summary>
internal sealed class JobFiles
{
    private readonly Dictionary<string, string> _inputs = [];
    private readonly Dictionary<string, string> _outputs = [];

    public JobFiles(string configurationFile) => _inputs[configurationFile] = "this configuration";

    public void AddTargets(YamlMap map, string key, string path, string job)
    {
        if (Directory.Exists(path))
        {
            map.Error(key, $"'{path}' is a directory; name a file with one target per line");
        }
        else if (!File.Exists(path))
        {
            map.Error(key, $"no such file '{path}'");
        }
        else if (_outputs.TryGetValue(path, out var writer))
        {
            map.Error(key, $"'{path}' is also the output of {writer}, which would overwrite it");
        }

        _inputs.TryAdd(path, $"the target list of job '{job}'");
    }

    public void AddOutput(YamlMap map, string key, string path, string job)
    {
        if (Directory.Exists(path))
        {
            map.Error(key, $"'{path}' is a directory; name a file");
        }
        else if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            map.Error(key, $"the folder of '{path}' does not exist; create it or name another");
        }
        else if (_inputs.TryGetValue(path, out var reader))
        {
            map.Error(key, $"'{path}' is {reader}, which the results would overwrite; name another file");
        }
        else if (_outputs.TryGetValue(path, out var writer))
        {
            map.Error(key, $"'{path}' is already the output of {writer}; give each job a file of its own");
        }

        _outputs.TryAdd(path, $"job '{job}'");
    }
}
