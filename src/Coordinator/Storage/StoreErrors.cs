using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace FpingCluster.Coordinator.Storage;

/// <summary>What went wrong with the store, in words that say which file, why and what to do.</summary>
internal static class StoreErrors
{
    private const string OtherFolder = "choose another data folder (--data-dir, data_dir)";

    public static StoreException From(SqliteException error, string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        return new StoreException(error.SqliteErrorCode switch
        {
            SQLITE_FULL => $"no space left for {path}; free some (df -h {folder}) or keep rounds for a shorter time (retention)",
            SQLITE_NOTADB or SQLITE_CORRUPT => Damaged(path, error.Message),
            SQLITE_BUSY or SQLITE_LOCKED => $"{path} is locked by another process; end the program that writes to it (fuser -v {path})",
            SQLITE_CANTOPEN or SQLITE_PERM or SQLITE_READONLY or SQLITE_AUTH =>
                $"cannot write {path}: {error.Message}; make it a file that this user may write, in a folder that this user may write, or {OtherFolder}",
            SQLITE_IOERR => $"I/O error {error.SqliteExtendedErrorCode} on {path}: {error.Message}; look for free space (df -h {folder}) and disk errors (dmesg)",
            _ => $"{path}: {error.Message}",
        }, error);
    }

    public static StoreException Folder(Exception error, string folder) =>
        new($"cannot use the data folder {folder}: {error.Message.TrimEnd('.')}; make it a folder that this user may write, or {OtherFolder}", error);

    public static StoreException InUse(Exception error, string path, string lockPath) =>
        new($"{path} is in use by another coordinator; stop that one (fuser -v {lockPath} names it), or {OtherFolder}", error);

    public static StoreException Foreign(string path) =>
        new($"{path} is a database of another program; {OtherFolder}");

    public static StoreException Newer(string path, long found, int known) =>
        new($"{path} has schema version {found}, this coordinator knows versions up to {known}; start the newer coordinator that wrote it, or {OtherFolder}");

    public static StoreException NoRound(string path, long round) =>
        new($"round {round} is not in {path}: it was deleted when its retention ended, or belongs to another store");

    private static string Damaged(string path, string cause)
    {
        var aside = Path.Combine(Path.GetDirectoryName(path)!, "damaged");
        return $"{path} is damaged or not a database: {cause}; set it aside with: mkdir {aside} && mv {path}* {aside}/ and start again; " +
            "results in it are lost unless restored from a backup";
    }
}
