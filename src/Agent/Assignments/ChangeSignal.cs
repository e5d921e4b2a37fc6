namespace FpingCluster.Agent.Assignments;

/// <summary>
/// Tells any number of waiters that something changed. Take <see cref="Next"/> before looking at the state, and no change between the look and the wait is missed.
/// </summary>
internal sealed class ChangeSignal
{
    private TaskCompletionSource _next = NewSource();

    public Task Next => Volatile.Read(ref _next).Task;

    public void Raise() => Interlocked.Exchange(ref _next, NewSource()).SetResult();

    // Continuations run elsewhere: Raise is called by engines and under nobody's patience.
    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
