namespace FpingCluster.Coordinator.Cli;

/// <summary>Where a one-shot run keeps its store: the folder that was named, or a temporary one that goes with it.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly bool _temporary;

    private DataFolder(string path, bool temporary) => (Path, _temporary) = (path, temporary);

    public string Path { get; }

    public static DataFolder Open(string? named) => named is not null
        ? new DataFolder(named, temporary: false)
        : new DataFolder(Directory.CreateTempSubdirectory("fpingcluster-").FullName, temporary: true);

    public void Dispose()
    {
        if (_temporary)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
