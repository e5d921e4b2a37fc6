using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Security;

/// <summary>audit.ndjson and those before it, audit.1.ndjson being the last. Not safe for several threads.</summary>
internal sealed class AuditFile : IDisposable
{
    public const string Name = "audit.ndjson";
    public const long MaxBytes = 16 * 1024 * 1024;
    public const int Kept = 4;

    private readonly SecurityFolder _folder;
    private readonly long _maxBytes;
    private FileStream? _stream;

    private AuditFile(SecurityFolder folder, long maxBytes) => (_folder, _maxBytes) = (folder, maxBytes);

    private string Path => _folder.PathOf(Name);

    public static AuditFile Open(SecurityFolder folder, long maxBytes)
    {
        var file = new AuditFile(folder, maxBytes);
        file.Guard(() => file._stream = file.OpenStream());
        return file;
    }

    /// <exception cref="AuditException">Nothing of the line is in the file, save where not even that could be undone: the next line begins on its own then.</exception>
    public void Append(byte[] line, bool durable) => Guard(() =>
    {
        var stream = _stream ??= OpenStream();
        if (stream.Length > 0 && stream.Length + line.Length >= _maxBytes)
        {
            Rotate();
            stream = _stream!;
        }

        var length = stream.Length;
        try
        {
            stream.Write([.. line, (byte)'\n']);
            stream.Flush(flushToDisk: durable);
        }
        catch (IOException)
        {
            // Reopened by the next line, which ends what may be left of this one.
            _stream = null;
            using (stream)
            {
                stream.SetLength(length);
            }

            throw;
        }
    });

    public IEnumerable<T> ReadNewest<T>(int limit, Func<string, T?> parse)
        where T : class
    {
        var found = new List<T>();
        for (var number = 0; number <= Kept && found.Count < limit && File.Exists(PathOf(number)); number++)
        {
            found.AddRange(LastLines(PathOf(number), limit - found.Count).Reverse().Select(parse).OfType<T>());
        }

        return found;
    }

    public void Dispose() => _stream?.Dispose();

    private static Queue<string> LastLines(string path, int limit)
    {
        try
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            var lines = new Queue<string>();
            while (reader.ReadLine() is { } line)
            {
                lines.Enqueue(line);
                if (lines.Count > limit)
                {
                    lines.Dequeue();
                }
            }

            return lines;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot read the audit log {path}: {exception.Message.TrimEnd('.')}; make it readable for this user", exception);
        }
    }

    private string PathOf(int number) => number == 0 ? Path : _folder.PathOf($"audit.{number}.ndjson");

    private void Rotate()
    {
        _stream!.Dispose();
        _stream = null;
        for (var number = Kept - 1; number >= 0; number--)
        {
            if (File.Exists(PathOf(number)))
            {
                File.Move(PathOf(number), PathOf(number + 1), overwrite: true);
            }
        }

        _stream = OpenStream();
    }

    // Unbuffered, so that what fails has failed when Write throws.
    private FileStream OpenStream()
    {
        var stream = new FileStream(Path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        try
        {
            EndLastLine(stream);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    // A crash or a full disk may have left half of one.
    private static void EndLastLine(FileStream stream)
    {
        if (stream.Length == 0)
        {
            return;
        }

        stream.Seek(-1, SeekOrigin.End);
        if (stream.ReadByte() != '\n')
        {
            stream.WriteByte((byte)'\n');
        }
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AuditException(Path, exception);
        }
    }
}
