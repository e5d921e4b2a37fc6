namespace FpingCluster.Shared.Hosting;

/// <summary>
/// An output file that is written whole or not at all. Opened before the work begins, so that a wrong path is told at once; <see cref="Write"/> is called once
/// and what it wrote is durable when it returns, unless it was told otherwise. Disposing without it leaves things as they were. All errors are <see cref="OutputException"/>.
/// </summary>
public sealed class AtomicFile : IDisposable
{
    private readonly string _path;
    private readonly string? _temporary;
    private readonly FileStream _stream;
    private readonly long _oldLength;
    private bool _written;

    private AtomicFile(string path, string? temporary, FileStream stream) =>
        (_path, _temporary, _stream, _oldLength) = (path, temporary, stream, stream.CanSeek ? stream.Length : 0);

    /// <summary>The new content takes the old one's place by a rename; a device or pipe (/dev/…) is written straight.</summary>
    /// <param name="mode">From its first byte on; null: that of the old file, else what the umask leaves.</param>
    public static AtomicFile Replace(string path, UnixFileMode? mode = null) => Guard(path, () =>
    {
        var file = Resolve(path);
        if (IsDevice(file))
        {
            return new AtomicFile(path, null, Open(file, FileMode.Open));
        }

        if (Directory.Exists(file))
        {
            throw new UnauthorizedAccessException();
        }

        var temporary = Path.Combine(Path.GetDirectoryName(file)!, $".{Path.GetFileName(file)}.{Guid.NewGuid():N}.tmp");
        var stream = Open(temporary, FileMode.CreateNew, mode);
        if (mode is null && !OperatingSystem.IsWindows() && File.Exists(file))
        {
            File.SetUnixFileMode(temporary, File.GetUnixFileMode(file));
        }

        return new AtomicFile(file, temporary, stream);
    });

    /// <summary>The new content follows the old one; after a failure the file is cut back to its old length.</summary>
    public static AtomicFile Append(string path) => Guard(path, () =>
    {
        var file = Resolve(path);
        var stream = Open(file, IsDevice(file) ? FileMode.Open : FileMode.OpenOrCreate);
        if (stream.CanSeek)
        {
            stream.Seek(0, SeekOrigin.End);
        }

        return new AtomicFile(path, null, stream);
    });

    /// <param name="isDurable">
    /// False where somebody waits for the end of an interrupted command: a disk under load takes seconds. A crash of the machine may then cost the old content as well.
    /// </param>
    public void Write(Action<Stream> write, bool isDurable = true) => Guard(_path, () =>
    {
        write(_stream);
        _stream.Flush(flushToDisk: isDurable && !IsDevice(_stream.Name));
        if (_temporary is not null)
        {
            File.Move(_temporary, _path, overwrite: true);
            // The new name too: ext4, XFS and btrfs commit a file's rename with the file.
            _stream.Flush(flushToDisk: isDurable);
        }

        _written = true;
        return _written;
    });

    public void Dispose()
    {
        if (!_written && _temporary is null && _stream.CanSeek && !IsDevice(_stream.Name))
        {
            _stream.SetLength(_oldLength);
        }

        _stream.Dispose();
        if (!_written && _temporary is not null)
        {
            File.Delete(_temporary);
        }
    }

    // Unbuffered: bytes held back would be written by the very SetLength that cuts the file back after a full disk.
    private static FileStream Open(string path, FileMode mode, UnixFileMode? rights = null)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (rights is not null && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = rights;
        }

        return new FileStream(path, options);
    }

    private static string Resolve(string path)
    {
        var full = Path.GetFullPath(path);
        return !IsDevice(full) && File.Exists(full) && File.ResolveLinkTarget(full, returnFinalTarget: true) is { } target ? target.FullName : full;
    }

    private static bool IsDevice(string path) => path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal);

    private static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw OutputException.From(path, exception);
        }
    }
}
