using System.Globalization;
using System.Text;

namespace FpingCluster.Coordinator.Storage;

/// <summary>
/// Keeps a second coordinator off the database: an advisory lock on a file next to it, which the kernel drops when its holder dies, however it dies. Readers do
/// not ask for it. The file outlives the database and remembers what must not go with it: the last generation, so that a new store never gives an epoch that
/// batches of the old one carry, and in what condition the database was.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    /// <summary>EWOULDBLOCK on Linux: somebody else holds the lock.</summary>
    private const int WouldBlock = 11;

    private const string None = "none";
    private const string Suspect = "suspect";

    private readonly StoreFile _database;
    private readonly FileStream _file;

    private StoreLock(StoreFile database, FileStream file)
    {
        (_database, _file) = (database, file);
        var words = new StreamReader(file, Encoding.ASCII, leaveOpen: true).ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Generation = words.Length > 0 && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var generation) ? generation : 0;
        Condition = Generation == 0 || words.Contains(None) ? StoreCondition.None : words.Contains(Suspect) ? StoreCondition.Suspect : StoreCondition.Good;
    }

    /// <summary>Of the last store that was opened here; 0 when there was none.</summary>
    public int Generation { get; private set; }

    public StoreCondition Condition { get; private set; }

    public static StoreLock Take(StoreFile database)
    {
        try
        {
            return new StoreLock(database, new FileStream(database.LockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException error) when (error.HResult == WouldBlock)
        {
            throw StoreErrors.InUse(error, database);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.Folder(error, database);
        }
    }

    /// <summary>On the disk when it returns.</summary>
    public void Remember(int generation, StoreCondition condition)
    {
        (Generation, Condition) = (generation, condition);
        var word = condition switch { StoreCondition.None => $" {None}", StoreCondition.Suspect => $" {Suspect}", _ => "" };
        try
        {
            _file.SetLength(0);
            _file.Write(Encoding.ASCII.GetBytes($"{generation.ToString(CultureInfo.InvariantCulture)}{word}\n"));
            _file.Flush(flushToDisk: true);
        }
        catch (IOException error)
        {
            throw StoreErrors.LockFile(error, _database);
        }
    }

    public void Dispose() => _file.Dispose();
}
