namespace FpingCluster.Shared.Hosting;

/// <summary>The text of one progress line. Keeps the previous snapshot, for the rate of the moment; the last line has the average of the whole.</summary>
internal sealed class ProgressLine
{
    private const int BarWidth = 24;

    private TimeSpan _lastAt;
    private long _lastSent;
    private double _rate;

    public string Of(ProgressSnapshot now, TimeSpan elapsed, bool withBar)
    {
        UpdateRate(now, elapsed);
        var fraction = now.Targets > 0 ? (double)now.Done / now.Targets : 0;
        var rate = fraction >= 1 ? now.PingsSent / elapsed.TotalSeconds : _rate;
        var filled = (int)(fraction * BarWidth);
        var bar = withBar ? $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] " : "";
        return $"{bar}{now.Done:N0}/{now.Targets:N0} targets ({100 * fraction:0} %) · {rate:N0} pings/s · " +
            $"{now.Up:N0} up, {now.Down:N0} down, {now.Unknown:N0} unknown{(now.Stage is { } stage ? $" · {stage}" : Remaining(fraction, elapsed))}";
    }

    private static string Remaining(double fraction, TimeSpan elapsed) => fraction switch
    {
        >= 1 => $" · took {Short(elapsed)}",
        // Before the first hundredth an estimate would be a guess.
        < 0.01 => "",
        _ => $" · {Short(elapsed * ((1 - fraction) / fraction))} left",
    };

    private static string Short(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time:mm\\:ss}" : $"{time:m\\:ss}";

    private void UpdateRate(ProgressSnapshot now, TimeSpan elapsed)
    {
        var seconds = (elapsed - _lastAt).TotalSeconds;
        // Within less than half a second the rate would jump with each batch.
        if (seconds >= 0.5)
        {
            _rate = (now.PingsSent - _lastSent) / seconds;
            (_lastAt, _lastSent) = (elapsed, now.PingsSent);
        }
    }
}
