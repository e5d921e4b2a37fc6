using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli;

/// <summary>Where a one-shot run keeps its store: the folder that was named, or a temporary one that goes with it.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly bool _temporary;

    private DataFolder(string path, bool temporary) => (Path, _temporary) = (path, temporary);

    public string Path { get; }

    public static DataFolder Open(string? named)
    {
        if (named is not null)
        {
            return new DataFolder(named, temporary: false);
        }

        try
        {
            return new DataFolder(Directory.CreateTempSubdirectory("fpingcluster-run-").FullName, temporary: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                $"cannot make a temporary folder in {System.IO.Path.GetTempPath()}: {exception.Message.TrimEnd('.')}; set TMPDIR to a folder that this user may write, or name one with --data-dir",
                exception);
        }
    }

    public void Dispose()
    {
        if (_temporary)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
