using System.Globalization;
using FpingCluster.Agent.Results;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Protocol.V1;

namespace FpingCluster.Agent.Spooling;

/// <summary>
/// Batches on the disk, oldest first, in a folder of segment files: bounded, whole after a crash, deleted segment by segment when all in it is acknowledged or
/// dropped. What was acknowledged in a segment that is still there when the agent ends is found again and sent again, which a coordinator ignores.
/// Not thread-safe: the keeper's own.
/// </summary>
internal sealed class ResultSpool : IDisposable
{
    public const string FolderName = "spool";

    private const string Extension = ".batches";

    // Small, because one is what is dropped at once, and what is sent again at the most; but never so many that the process runs out of descriptors.
    private const long LeastSegmentBytes = 4L * 1024 * 1024;
    private const int MostSegments = 256;

    // Each has a place in memory too: 50 MB.
    private const int MostBatches = 500_000;

    private const long MostGroupBytes = 1024 * 1024;

    private readonly long _maxBytes;
    private readonly long _segmentBytes;
    private readonly List<SpoolSegment> _segments = [];
    private List<UnackedBatch> _found = [];
    private long _lastFile;
    private string? _trouble;

    private ResultSpool(string folder, long maxBytes, long? segmentBytes) =>
        (Folder, _maxBytes, _segmentBytes) = (folder, maxBytes, segmentBytes ?? Math.Max(LeastSegmentBytes, maxBytes / MostSegments));

    public string Folder { get; }

    public bool IsEmpty => _segments.Count == 0;

    public bool IsDirty => _segments.Exists(segment => segment.IsDirty);

    public long Bytes => _segments.Sum(segment => segment.Length);

    /// <summary>Bytes that were no whole records when it was opened: cut off.</summary>
    public long CutOff { get; private set; }

    /// <summary>How many bytes to append at a time, about.</summary>
    public long GroupBytes => Math.Min(MostGroupBytes, _segmentBytes);

    /// <param name="maxBytes">0: nothing is written, what is there is still delivered.</param>
    /// <exception cref="UserErrorException">The folder cannot be used.</exception>
    public static ResultSpool Open(string folder, long maxBytes, long? segmentBytes = null)
    {
        var spool = new ResultSpool(folder, maxBytes, segmentBytes);
        try
        {
            spool.Recover();
            return spool;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            spool.Dispose();
            throw new UserErrorException(
                $"spool '{folder}' cannot be used: {exception.Message.TrimEnd('.')}; make it a folder that this user may read and write, or name another with --data-dir",
                exception);
        }
    }

    /// <summary>What was in it when it was opened, numbered from 1. Empty the next time: they are many.</summary>
    public IReadOnlyList<UnackedBatch> TakeFound()
    {
        var found = _found;
        _found = [];
        return found;
    }

    /// <summary>Writes all of them or none: they are safe from this process's end, and after <see cref="Flush"/> from the host's.</summary>
    /// <param name="batches">Of consecutive numbers.</param>
    public SpoolAnswer Append(IReadOnlyList<ResultBatch> batches)
    {
        var size = batches.Sum(batch => (long)SpoolRecord.SizeOf(batch));
        if (size > _maxBytes)
        {
            return SpoolAnswer.Failed;
        }

        if (Bytes + size > _maxBytes || _segments.Sum(segment => segment.Count) + batches.Count > MostBatches)
        {
            return SpoolAnswer.Full;
        }

        if (Try(() => SegmentFor(batches[0].Sequence).Append(batches)))
        {
            return SpoolAnswer.Written;
        }

        // Made for this group: a spool that holds nothing is empty.
        if (_segments.Count > 0 && _segments[^1] is { Count: 0 } last)
        {
            _segments.Remove(last);
            Try(last.Delete);
        }

        return SpoolAnswer.Failed;
    }

    /// <summary>Null when the disk no longer has it.</summary>
    public ResultBatch? Read(ulong number)
    {
        ResultBatch? batch = null;
        if (_segments.Find(segment => number >= segment.First && number < segment.End) is { } segment && Try(() => batch = segment.Read(number)) && batch is not null)
        {
            batch.Sequence = number;
        }

        return batch;
    }

    /// <summary>Nothing below this number is needed any more.</summary>
    public void Release(ulong first)
    {
        while (_segments.Count > 0 && _segments[0].End <= first)
        {
            DropOldest();
        }
    }

    /// <summary>Deletes the oldest segment, whatever is in it.</summary>
    public (ulong First, ulong End) DropOldest()
    {
        var oldest = _segments[0];
        _segments.RemoveAt(0);
        Try(oldest.Delete);
        return (oldest.First, oldest.End);
    }

    public void Flush()
    {
        foreach (var segment in _segments.Where(segment => segment.IsDirty))
        {
            Try(segment.Flush);
        }
    }

    /// <summary>What went wrong with the disk since this was asked last; null when nothing did.</summary>
    public string? TakeTrouble()
    {
        var trouble = _trouble;
        _trouble = null;
        return trouble;
    }

    public void Dispose() => _segments.ForEach(segment => segment.Dispose());

    private void Recover()
    {
        if (!Directory.Exists(Folder) && !File.Exists(Folder))
        {
            return;
        }

        foreach (var path in Directory.EnumerateFiles(Folder, $"*{Extension}").Order(StringComparer.Ordinal))
        {
            if (!long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var file))
            {
                continue;
            }

            var segment = SpoolSegment.Recover(path, (ulong)_found.Count + 1, batch => _found.Add(UnackedBatch.PlaceOf(batch)), out var cutOff);
            CutOff += cutOff;
            _lastFile = file;
            _segments.Add(segment);
            if (segment.Count == 0)
            {
                _segments.Remove(segment);
                segment.Delete();
            }
        }
    }

    private SpoolSegment SegmentFor(ulong number)
    {
        if (_segments.Count > 0 && _segments[^1] is var last && last.End == number && last.Length < _segmentBytes)
        {
            return last;
        }

        Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _segments.Add(SpoolSegment.Create(Path.Combine(Folder, $"{++_lastFile:D12}{Extension}"), number));
        return _segments[^1];
    }

    private bool Try(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _trouble = exception.Message.TrimEnd('.');
            return false;
        }
    }
}
