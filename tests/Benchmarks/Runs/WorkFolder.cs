using FpingCluster.TestKit;

namespace FpingCluster.Benchmarks.Runs;

/// <summary>A folder on the repository's disk, because a temporary one may lie in memory; gone when disposed.</summary>
internal sealed class WorkFolder : IDisposable
{
    public WorkFolder() => Directory.CreateDirectory(Root);

    public string Root { get; } = Repository.File($"artifacts/benchmarks/{Environment.ProcessId}");

    public string File(string name) => Path.Combine(Root, name);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
