namespace FpingCluster.Agent.Tests.Cli;

/// <summary>A folder that is gone, with all in it, after the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("fpingcluster-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
