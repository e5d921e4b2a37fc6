namespace FpingCluster.TestKit;

internal sealed class FakeTimer(FakeTimeProvider time, Action callback) : ITimer
{
    private TimeSpan _period = Timeout.InfiniteTimeSpan;

    public long DueTicks { get; private set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        _period = period;
        DueTicks = time.GetTimestamp() + Math.Max(0, dueTime.Ticks);
        time.Schedule(this, active: dueTime != Timeout.InfiniteTimeSpan);
        return true;
    }

    public void Fire()
    {
        Change(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan, _period);
        callback();
    }

    public void Dispose() => time.Schedule(this, active: false);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
