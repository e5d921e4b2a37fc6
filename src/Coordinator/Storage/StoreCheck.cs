using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace FpingCluster.Coordinator.Storage;

/// <summary>Looks for damage that SQLite would take for an empty or shorter store, or would find only when it is too late. Answers with the damage, or null.</summary>
internal static class StoreCheck
{
    private const int LogHeaderBytes = 32;
    private const int ChecksummedBytes = 24;

    /// <summary>
    /// Before the database is opened: an empty file where there was a store, or a write-ahead log whose header is damaged; SQLite would begin anew with the one and
    /// pass over the commits in the other, both in silence.
    /// </summary>
    /// <param name="hadStore">A store was opened at this path before.</param>
    public static string? FindDamage(StoreFile file, bool hadStore) =>
        hadStore && new FileInfo(file.Path) is { Exists: true, Length: 0 } ? "the file is empty, but held a store"
        : File.Exists(file.LogPath) ? FindLogDamage(file.LogPath)
        : null;

    /// <summary>
    /// At each start, quick_check of the two small tables on which all else hangs, a row a round: milliseconds, however large the results are. A file that is
    /// shorter than its header says is refused by SQLite itself when it is opened. Only a file that was found to be damaged while in use is read whole.
    /// </summary>
    public static string? FindDamage(SqliteConnection connection, bool whole)
    {
        foreach (var scope in whole ? new[] { "1" } : ["openings", "rounds"])
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA quick_check({scope})";
            if (command.ExecuteScalar() is string verdict and not "ok")
            {
                return verdict.Split('\n')[^1];
            }
        }

        return null;
    }

    // Written and synced before the first commit, and all zeros where a file system lost it before that.
    private static string? FindLogDamage(string path)
    {
        Span<byte> header = stackalloc byte[LogHeaderBytes];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        if (file.ReadAtLeast(header, LogHeaderBytes, throwOnEndOfStream: false) < LogHeaderBytes || header.IndexOfAnyExcept((byte)0) < 0)
        {
            return null;
        }

        var magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        return (magic & ~1u) == 0x377F0682 && ChecksumOf(header[..ChecksummedBytes], bigEndian: (magic & 1) == 1) == BinaryPrimitives.ReadUInt64BigEndian(header[ChecksummedBytes..])
            ? null
            : "the header of its write-ahead log is damaged";
    }

    // SQLite's file format, "4.2. Checksum Algorithm".
    private static ulong ChecksumOf(ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        var (s0, s1) = (0u, 0u);
        for (; bytes.Length > 0; bytes = bytes[8..])
        {
            s0 += Read(bytes) + s1;
            s1 += Read(bytes[4..]) + s0;
        }

        return ((ulong)s0 << 32) | s1;

        uint Read(ReadOnlySpan<byte> word) => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(word) : BinaryPrimitives.ReadUInt32LittleEndian(word);
    }
}
