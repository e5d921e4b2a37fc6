namespace FpingCluster.TestKit;

/// <summary>Something that happens once, set by the code under test or a fake, awaited by a test.</summary>
public sealed class Signal
{
    private readonly TaskCompletionSource _happened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsSet => _happened.Task.IsCompleted;

    public void Set() => _happened.TrySetResult();

    public Task Wait(TimeSpan timeout, string what) => TestKit.Wait.For(_happened.Task, timeout, what);
}
