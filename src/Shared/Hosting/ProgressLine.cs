using FpingCluster.Shared.Results;

namespace FpingCluster.Shared.Hosting;

/// <summary>The text of one progress line. Keeps the snapshots of the last seconds, for the rate of the moment; the last line has the average of the whole.</summary>
/// <param name="begun">How things stood when the work began; it may have been begun by another process.</param>
internal sealed class ProgressLine(ProgressSnapshot begun)
{
    private const int BarWidth = 24;

    // Before that an estimate would be a guess.
    private const double EstimateFrom = 0.05;

    // Results come in waves of some seconds; over a shorter time the rate would jump, and what is left with it.
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(10);

    private readonly Queue<(TimeSpan At, ProgressSnapshot Snapshot)> _recent = new([(TimeSpan.Zero, begun)]);

    public string Of(ProgressSnapshot now, TimeSpan elapsed, bool withBar)
    {
        Remember(now, elapsed);
        var fraction = now.Targets > 0 ? (double)now.Done / now.Targets : 0;
        var took = now.Took ?? elapsed;
        var rate = fraction >= 1 ? now.PingsSent / took.TotalSeconds : PerSecond(snapshot => snapshot.PingsSent);
        var filled = (int)(fraction * BarWidth);
        var bar = withBar ? $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] " : "";
        var end = now.Stage ?? (fraction >= 1 ? $"took {Short(took)}" : Remaining(now, fraction));
        return $"{bar}{now.Done:N0}/{Quantity.Of(now.Targets, "target")} ({100 * fraction:0} %) · {rate:N0} pings/s · " +
            $"{now.Up:N0} up, {now.Down:N0} down, {now.Unknown:N0} unknown{(end.Length > 0 ? $" · {end}" : "")}";
    }

    private string Remaining(ProgressSnapshot now, double fraction) =>
        fraction >= EstimateFrom && PerSecond(snapshot => snapshot.Done) is > 0 and var rate
            ? $"{Short(TimeSpan.FromSeconds((now.Targets - now.Done) / rate))} left"
            : "";

    private static string Short(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time:mm\\:ss}" : $"{time:m\\:ss}";

    private double PerSecond(Func<ProgressSnapshot, long> count)
    {
        var ((begin, first), (end, last)) = (_recent.Peek(), _recent.Last());
        return end > begin ? (count(last) - count(first)) / (end - begin).TotalSeconds : 0;
    }

    private void Remember(ProgressSnapshot now, TimeSpan elapsed)
    {
        // Another round has begun.
        if (now.Done < _recent.Last().Snapshot.Done)
        {
            _recent.Clear();
        }

        _recent.Enqueue((elapsed, now));
        while (_recent.Count > 2 && elapsed - _recent.Peek().At > RateWindow)
        {
            _recent.Dequeue();
        }
    }
}
