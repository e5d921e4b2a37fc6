using FpingCluster.Shared.Protocol.V1;

namespace FpingCluster.Agent.Spooling;

/// <summary>
/// One file of the spool: records one after the other, their batches numbered without a gap. It only grows, until it is deleted as a whole. I/O errors are
/// thrown; after one in <see cref="Append"/> nothing of that group is in it.
/// </summary>
internal sealed class SpoolSegment : IDisposable
{
    private readonly FileStream _file;
    private readonly List<long> _starts = [];

    private SpoolSegment(FileStream file, ulong first) => (_file, First) = (file, first);

    public string Path => _file.Name;

    public ulong First { get; }

    /// <summary>The number after its last batch.</summary>
    public ulong End => First + (ulong)_starts.Count;

    public int Count => _starts.Count;

    public long Length { get; private set; }

    /// <summary>Something in it may not survive a power cut.</summary>
    public bool IsDirty { get; private set; }

    public static SpoolSegment Create(string path, ulong first) => new(Open(path, FileMode.CreateNew), first);

    /// <summary>Takes what is there up to the first record that is not whole, and cuts off the rest.</summary>
    /// <param name="found">Gets each batch in its order.</param>
    /// <param name="cutOff">Bytes that were no record.</param>
    public static SpoolSegment Recover(string path, ulong first, Action<ResultBatch> found, out long cutOff)
    {
        var segment = new SpoolSegment(Open(path, FileMode.Open), first);
        try
        {
            while (segment.TryReadAnyhow(segment.Length, out var batch, out var length))
            {
                found(batch!);
                segment._starts.Add(segment.Length);
                segment.Length += length;
            }

            cutOff = segment._file.Length - segment.Length;
            if (cutOff > 0)
            {
                segment._file.SetLength(segment.Length);
            }

            return segment;
        }
        catch
        {
            segment.Dispose();
            throw;
        }
    }

    /// <summary>Writes all of them, or none.</summary>
    public void Append(IReadOnlyList<ResultBatch> batches)
    {
        var sizes = batches.Select(SpoolRecord.SizeOf).ToList();
        var records = new byte[sizes.Sum()];
        for (var (i, at) = (0, 0); i < batches.Count; at += sizes[i++])
        {
            SpoolRecord.Write(batches[i], records.AsSpan(at, sizes[i]));
        }

        IsDirty = true;
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, records, Length);
        }
        catch (IOException)
        {
            // What a full disk took of it.
            _file.SetLength(Length);
            throw;
        }

        foreach (var size in sizes)
        {
            _starts.Add(Length);
            Length += size;
        }
    }

    /// <summary>Null when the disk no longer has what was written.</summary>
    public ResultBatch? Read(ulong number) => TryRead(_starts[(int)(number - First)], out var batch, out _) ? batch : null;

    public void Flush()
    {
        RandomAccess.FlushToDisk(_file.SafeFileHandle);
        IsDirty = false;
    }

    public void Delete()
    {
        Dispose();
        File.Delete(Path);
    }

    public void Dispose() => _file.Dispose();

    // What the disk cannot read is no more there than what was never written.
    private bool TryReadAnyhow(long at, out ResultBatch? batch, out long length)
    {
        try
        {
            return TryRead(at, out batch, out length);
        }
        catch (IOException)
        {
            (batch, length) = (null, 0);
            return false;
        }
    }

    private bool TryRead(long at, out ResultBatch? batch, out long length)
    {
        (batch, length) = (null, 0);
        Span<byte> header = stackalloc byte[SpoolRecord.HeaderBytes];
        if (RandomAccess.Read(_file.SafeFileHandle, header, at) < header.Length || SpoolRecord.BodyLength(header) is not { } size)
        {
            return false;
        }

        length = header.Length + size;
        if (at + length > RandomAccess.GetLength(_file.SafeFileHandle))
        {
            return false;
        }

        var body = new byte[size];
        batch = RandomAccess.Read(_file.SafeFileHandle, body, at + header.Length) == size ? SpoolRecord.Read(header, body) : null;
        return batch is not null;
    }

    private static FileStream Open(string path, FileMode mode) => new(path, new FileStreamOptions
    {
        Mode = mode,
        Access = FileAccess.ReadWrite,
        Share = FileShare.Read,
        BufferSize = 0,
        UnixCreateMode = mode == FileMode.CreateNew ? UnixFileMode.UserRead | UnixFileMode.UserWrite : null,
    });
}
