namespace FpingCluster.Coordinator.Storage;

/// <summary>The database file.</summary>
/// <param name="Setting">What the user calls its folder: a key or an option.</param>
internal sealed record StoreFile(string Path, string Setting)
{
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    public string LockPath => Path + ".lock";

    public string LogPath => Path + LogSuffix;

    /// <summary>Whether nothing can be written to the folder any more, not even to files that are open.</summary>
    public bool IsOnReadOnlyFileSystem
    {
        get
        {
            try
            {
                File.Create(Path + ".probe", bufferSize: 1, FileOptions.DeleteOnClose).Dispose();
                return false;
            }
            catch (IOException error)
            {
                return error.HResult == ReadOnlyFileSystem;
            }
            catch (UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    /// <summary>EROFS on Linux.</summary>
    private const int ReadOnlyFileSystem = 30;

    private const string LogSuffix = "-wal";

    private const string IndexSuffix = "-shm";

    /// <summary>Renames the database with its write-ahead log, so that SQLite finds both under the new name; nothing in them is changed.</summary>
    /// <returns>The database's new path.</returns>
    /// <exception cref="IOException">Not all could be renamed.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public string SetAside(DateTimeOffset now)
    {
        var aside = $"{Path}.corrupt-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}";
        // The database last: while it is there, the next start tries again.
        foreach (var suffix in new[] { LogSuffix, IndexSuffix, "" }.Where(suffix => File.Exists(Path + suffix)))
        {
            File.Move(Path + suffix, aside + suffix);
        }

        return aside;
    }
}
