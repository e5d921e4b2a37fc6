using System.Globalization;

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

    public static StoreLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            return new StoreLock(file);
        }
        catch (IOException error) when (error.HResult == WouldBlock)
        {
            throw StoreErrors.InUse(error, databasePath, path, ReadHolder(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.Folder(error, Path.GetDirectoryName(databasePath)!);
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Opened for sharing with writers, because only then no lock is asked for.</summary>
    private static string ReadHolder(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
