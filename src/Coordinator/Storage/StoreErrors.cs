using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace FpingCluster.Coordinator.Storage;

/// <summary>What went wrong with the store, in words that say which file, why and what to do.</summary>
internal static class StoreErrors
{
    public static StoreException From(SqliteException error, StoreFile file)
    {
        var (path, folder) = (file.Path, file.Folder);
        return new StoreException(error.SqliteErrorCode switch
        {
            SQLITE_FULL => $"no space left for {path}; free some (df -h {folder}) or keep rounds for a shorter time (retention)",
            SQLITE_NOTADB or SQLITE_CORRUPT => Damaged(path, error.Message),
            SQLITE_BUSY or SQLITE_LOCKED => $"{path} is locked by another process; end the program that writes to it (fuser -v {path})",
            SQLITE_CANTOPEN or SQLITE_PERM or SQLITE_READONLY or SQLITE_AUTH =>
                $"cannot write {path}: {error.Message}; make it a file that this user may write, in a folder that this user may write, or {OtherFolder(file)}",
            SQLITE_IOERR => $"I/O error {error.SqliteExtendedErrorCode} on {path}: {error.Message}; look for free space (df -h {folder}) and disk errors (dmesg)",
            _ => $"{path}: {error.Message}",
        }, error);
    }

    public static StoreException Folder(Exception error, StoreFile file) =>
        new($"cannot use the data folder {file.Folder}: {error.Message.TrimEnd('.')}; make it a folder that this user may write, or {OtherFolder(file)}", error);

    public static StoreException InUse(Exception error, StoreFile file, string lockPath) =>
        new($"{file.Path} is in use by another coordinator; stop that one (fuser -v {lockPath} names it), or {OtherFolder(file)}", error);

    public static StoreException Foreign(StoreFile file) =>
        new($"{file.Path} is a database of another program; {OtherFolder(file)}");

    public static StoreException Newer(StoreFile file, long found, int known) =>
        new($"{file.Path} has schema version {found}, this coordinator knows versions up to {known}; start the newer coordinator that wrote it, or {OtherFolder(file)}");

    public static StoreException NoRound(StoreFile file, long round) =>
        new($"round {round} is not in {file.Path}: it was deleted when its retention ended, or belongs to another store");

    private static string OtherFolder(StoreFile file) => $"choose another data folder with {file.Setting}";

    private static string Damaged(string path, string cause)
    {
        var aside = Path.Combine(Path.GetDirectoryName(path)!, "damaged");
        return $"{path} is damaged or not a database: {cause}; set it aside with: mkdir {aside} && mv {path}* {aside}/ and start again; " +
            "results in it are lost unless restored from a backup";
    }
}
