namespace FpingCluster.Shared.Hosting;

/// <summary>
/// Shows on stderr how far long work is: one line drawn over and over on a terminal, elsewhere a line now and then. What ends within the first
/// two seconds shows nothing. <see cref="DisposeAsync"/> ends its loop and, if anything was shown, shows the last state.
/// </summary>
public sealed class ProgressDisplay : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RedrawEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);

    private readonly Func<ProgressSnapshot> _source;
    private readonly TextWriter _error;
    private readonly bool _redraws;
    private readonly TimeProvider _time;
    private readonly ProgressLine _line;
    private readonly CancellationTokenSource _stopping = new();
    private readonly long _began;
    private readonly Task _loop;
    private bool _shown;

    private ProgressDisplay(Func<ProgressSnapshot> source, TextWriter error, bool redraws, TimeProvider time)
    {
        (_source, _error, _redraws, _time) = (source, error, redraws, time);
        _began = time.GetTimestamp();
        _line = new ProgressLine(source());
        _loop = ShowAsync();
    }

    /// <param name="source">Called once at the start, then from the display's own loop.</param>
    public static ProgressDisplay Start(Func<ProgressSnapshot> source, TextWriter error, bool redraws, TimeProvider time) => new(source, error, redraws, time);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    private async Task ShowAsync()
    {
        try
        {
            await Task.Delay(Patience, _time, _stopping.Token);
            while (true)
            {
                await ShowOnceAsync();
                await Task.Delay(_redraws ? RedrawEvery : LineEvery, _time, _stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            if (_shown)
            {
                await ShowOnceAsync();
                await _error.WriteAsync(_redraws ? "\n" : "");
            }
        }
    }

    private async Task ShowOnceAsync()
    {
        var snapshot = _source();
        var text = _line.Of(snapshot, _time.GetElapsedTime(_began), withBar: _redraws);
        if (snapshot.Targets == 0)
        {
            return;
        }

        // Return, then clear to the end of the line: a shorter text leaves nothing of a longer one.
        await _error.WriteAsync(_redraws ? $"\r{text}\e[K" : $"{text}\n");
        await _error.FlushAsync();
        _shown = true;
    }
}
