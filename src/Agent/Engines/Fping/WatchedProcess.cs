namespace FpingCluster.Agent.Engines.Fping;

/// <summary>One fping process and the drops at its sockets. Updated under the watch's lock.</summary>
internal sealed class WatchedProcess(SocketDropWatch watch, string procRoot, int uid, List<SocketDrops> before) : IDisposable
{
    private const string SocketLink = "socket:[";

    private HashSet<long>? _own;
    private bool _unreadable;
    private string? _activity;
    private long? _seenAt;

    /// <summary>Null until the process has started.</summary>
    public int? ProcessId { get; set; }

    public SocketMode Mode { get; private set; }

    /// <summary>Packets dropped at its sockets; with raw sockets many of them were replies to somebody else.</summary>
    public long Drops { get; private set; }

    /// <summary>
    /// Whether this host may have lost a reply to the process: it dropped packets at one of its sockets, or nobody looked within the last
    /// <see cref="FpingBucket.DropMargin"/> of its life. To be asked at once when the process has ended.
    /// </summary>
    public bool MayHaveDropped => Drops > 0 || _seenAt is not { } seenAt || watch.Since(seenAt) > FpingBucket.DropMargin;

    public void Update(List<SocketDrops> sockets, long lookedAt)
    {
        if (_own is null && !_unreadable && ProcessId is not null)
        {
            _own = FindOwn();
        }

        var own = sockets.FindAll(socket => _unreadable ? socket.Uid == uid : _own?.Contains(socket.Inode) == true);
        if (own.Count > 0)
        {
            Mode = (own.Find(socket => !before.Exists(other => other.Inode == socket.Inode)) ?? own[0]).Mode;
            Drops = Math.Max(Drops, own.Sum(socket => socket.Drops - DropsBefore(socket)));
            _seenAt = lookedAt;
        }
    }

    /// <summary>Whether it was on a CPU since this was asked last; the first answer is yes if that can be told at all.</summary>
    public bool HasRunSinceAsked()
    {
        var file = Path.Combine(procRoot, $"{ProcessId}", "schedstat");
        try
        {
            var before = _activity;
            _activity = File.ReadAllText(file);
            return _activity != before;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public void Dispose() => watch.Forget(this);

    /// <summary>The sockets among the process's open files; null while it has none yet.</summary>
    private HashSet<long>? FindOwn()
    {
        try
        {
            var sockets = Directory.EnumerateFiles(Path.Combine(procRoot, $"{ProcessId}", "fd"))
                .Select(file => new FileInfo(file).LinkTarget)
                .Where(link => link?.StartsWith(SocketLink, StringComparison.Ordinal) == true)
                .Select(link => long.Parse(link.AsSpan(SocketLink.Length).TrimEnd(']'), provider: System.Globalization.CultureInfo.InvariantCulture))
                .ToHashSet();
            return sockets.Count > 0 ? sockets : null;
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            // A program with file capabilities hides its files from all but root, /proc may hide it altogether, and one that has just ended has none. Then any
            // drop at a socket of this user counts as its own: some targets are probed again in vain, but none is called down wrongly.
            _unreadable = true;
            return null;
        }
    }

    private long DropsBefore(SocketDrops socket) => before.Find(other => other.Inode == socket.Inode)?.Drops ?? 0;
}
