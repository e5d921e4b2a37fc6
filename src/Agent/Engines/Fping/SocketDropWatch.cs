namespace FpingCluster.Agent.Engines.Fping;

/// <summary>
/// Looks at the drop counters of running fping processes' sockets. fping cannot enlarge its receive buffer (net.core.rmem_default), and a reply that
/// did not fit looks like a loss in the network to it. The loop runs while the owner lives and ends with <see cref="DisposeAsync"/>.
/// </summary>
internal sealed class SocketDropWatch : IAsyncDisposable
{
    /// <summary>A third of <see cref="FpingBucket.DropMargin"/>, so that a late timer still looks in time.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly List<WatchedProcess> _watched = [];
    private readonly TimeProvider _time;
    private readonly string _procRoot;
    private readonly int _uid;
    private readonly PeriodicTimer _timer;
    private readonly Task _polling;

    public SocketDropWatch(TimeProvider time, string procRoot = "/proc")
    {
        (_time, _procRoot) = (time, procRoot);
        _uid = OwnUid(procRoot);
        _timer = new PeriodicTimer(PollInterval, time);
        _polling = PollAsync();
    }

    /// <summary>To be called before the process starts; its end is told by disposing what is returned.</summary>
    public WatchedProcess Follow()
    {
        var process = new WatchedProcess(this, _procRoot, _uid, SocketTable.Read(_procRoot));
        lock (_gate)
        {
            _watched.Add(process);
        }

        return process;
    }

    /// <summary>Looks now, at all processes.</summary>
    public void Look()
    {
        lock (_gate)
        {
            if (_watched.Count > 0)
            {
                var lookedAt = _time.GetTimestamp();
                var sockets = SocketTable.Read(_procRoot);
                _watched.ForEach(process => process.Update(sockets, lookedAt));
            }
        }
    }

    public TimeSpan Since(long timestamp) => _time.GetElapsedTime(timestamp);

    public void Forget(WatchedProcess process)
    {
        lock (_gate)
        {
            _watched.Remove(process);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _polling;
    }

    private async Task PollAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            Look();
        }
    }

    private static int OwnUid(string procRoot)
    {
        var line = File.ReadLines(Path.Combine(procRoot, "self", "status")).First(line => line.StartsWith("Uid:", StringComparison.Ordinal));
        return int.Parse(line.Split('\t', StringSplitOptions.RemoveEmptyEntries)[2], System.Globalization.CultureInfo.InvariantCulture);
    }
}
