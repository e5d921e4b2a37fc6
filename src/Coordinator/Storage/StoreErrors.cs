using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace FpingCluster.Coordinator.Storage;

/// <summary>What went wrong with the store, in words that say which file, why and what to do.</summary>
internal static class StoreErrors
{
    public static bool IsDamage(SqliteException error) => error.SqliteErrorCode is SQLITE_NOTADB or SQLITE_CORRUPT;

    public static StoreException From(SqliteException error, StoreFile file)
    {
        var (path, folder) = (file.Path, file.Folder);
        return new StoreException(error.SqliteErrorCode switch
        {
            SQLITE_FULL => $"no space left for {path}; free some (df -h {folder}) or keep rounds for a shorter time (retention)",
            SQLITE_BUSY or SQLITE_LOCKED => $"{path} is locked by another process; end the program that writes to it (fuser -v {path})",
            SQLITE_CANTOPEN or SQLITE_PERM or SQLITE_READONLY or SQLITE_AUTH =>
                $"cannot write {path}: {error.Message}; make it a file that this user may write, in a folder that this user may write, or {OtherFolder(file)}",
            SQLITE_IOERR when file.IsOnReadOnlyFileSystem =>
                $"{folder} has become read-only, as a file system does after a disk error (dmesg shows it); nothing is acknowledged, and agents keep their results: " +
                "end the coordinator, repair the file system (fsck), mount it and start again",
            SQLITE_IOERR => $"I/O error {error.SqliteExtendedErrorCode} on {path}: {error.Message}; look for free space (df -h {folder}) and disk errors (dmesg)",
            _ => $"{path}: {error.Message}",
        }, error);
    }

    public static StoreException Folder(Exception error, StoreFile file) =>
        new($"cannot use the data folder {file.Folder}: {error.Message.TrimEnd('.')}; make it a folder that this user may write, or {OtherFolder(file)}", error);

    public static StoreException InUse(Exception error, StoreFile file) =>
        new($"{file.Path} is in use by another coordinator; stop that one (fuser -v {file.LockPath} names it), or {OtherFolder(file)}", error);

    public static StoreException LockFile(IOException error, StoreFile file) =>
        new($"cannot write {file.LockPath}: {error.Message.TrimEnd('.')}; look for free space (df -h {file.Folder}) and disk errors (dmesg)", error);

    public static StoreException Foreign(StoreFile file) =>
        new($"{file.Path} is a database of another program; {OtherFolder(file)}");

    public static StoreException Newer(StoreFile file, long found, int known) =>
        new($"{file.Path} has schema version {found}, this coordinator knows versions up to {known}; start the newer coordinator that wrote it, or {OtherFolder(file)}");

    /// <summary>SQLite has the row, but it is not what a coordinator writes: a change that no checksum of SQLite's finds, or somebody else's hand.</summary>
    public static StoreException Unreadable(StoreFile file, Exception error) =>
        new($"{file.Path} holds a row that no coordinator wrote so: {error.Message.TrimEnd('.')}; look for disk errors (dmesg); " +
            $"to begin anew, move the file away, or {OtherFolder(file)}", error);

    public static StoreException NoRound(StoreFile file, long round) =>
        new($"round {round} is not in {file.Path}: it was deleted when its retention ended, or belongs to another store");

    public static string Damaged(StoreFile file, string damage) =>
        $"{file.Path} is damaged: {damage}; nothing more is written to it or acknowledged, and agents keep their results; start the coordinator again: " +
        "it then sets the file aside and says how to recover it";

    public static StoreException SetAside(StoreFile file, string damage, string aside, Exception cause) =>
        new($"{file.Path} is damaged: {damage}; it was set aside as {aside}, unchanged; to keep what can be read of it: " +
            $"sqlite3 {aside} .recover | sqlite3 {file.Path} and start again (README: \"A damaged store\"); the next start without that begins with a new store", cause);

    public static StoreException NotSetAside(StoreFile file, string damage, Exception cause) =>
        new($"{file.Path} is damaged: {damage}; it could not be set aside: {cause.Message.TrimEnd('.')}; move it and the files named like it away yourself, or {OtherFolder(file)}", cause);

    private static string OtherFolder(StoreFile file) => $"choose another data folder with {file.Setting}";
}
