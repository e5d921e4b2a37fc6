namespace FpingCluster.Coordinator.Storage;

/// <summary>
/// Keeps a second coordinator off the database: an advisory lock on a file next to it, which the kernel drops when its holder dies, however it dies.
/// The file stays; only the lock on it means anything. Readers do not ask for it.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    /// <summary>EWOULDBLOCK on Linux: somebody else holds the lock.</summary>
    private const int WouldBlock = 11;

    private readonly FileStream _file;

    private StoreLock(FileStream file) => _file = file;

    public static StoreLock Take(StoreFile database)
    {
        var path = database.Path + ".lock";
        try
        {
            return new StoreLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException error) when (error.HResult == WouldBlock)
        {
            throw StoreErrors.InUse(error, database, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.Folder(error, database);
        }
    }

    public void Dispose() => _file.Dispose();
}
