namespace FpingCluster.TestKit;

/// <summary>Waits in real time for what only another process or the kernel brings about; polls where there is nothing to await.</summary>
public static class Wait
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <param name="what">What is waited for, as it completes the sentence "not within 5 s: …".</param>
    /// <param name="state">What the failure message tells about the state at the end.</param>
    public static Task Until(Func<bool> condition, TimeSpan timeout, string what, Func<string>? state = null) =>
        Until(() => Task.FromResult(condition()), timeout, what, state);

    public static async Task Until(Func<Task<bool>> condition, TimeSpan timeout, string what, Func<string>? state = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > timeout)
            {
                throw TimedOut(timeout, what, state);
            }

            await Task.Delay(PollInterval, TimeProvider.System);
        }
    }

    public static async Task For(Task task, TimeSpan timeout, string what, Func<string>? state = null)
    {
        if (await Ends(task, timeout))
        {
            await task;
            return;
        }

        throw TimedOut(timeout, what, state);
    }

    internal static async Task<bool> Ends(Task task, TimeSpan timeout)
    {
        using var ended = new CancellationTokenSource();
        var first = await Task.WhenAny(task, Task.Delay(timeout, TimeProvider.System, ended.Token));
        await ended.CancelAsync();
        return first == task;
    }

    private static TimeoutException TimedOut(TimeSpan timeout, string what, Func<string>? state) =>
        new($"not within {timeout.TotalSeconds:0.###} s: {what}{(state is null ? "" : Environment.NewLine + state())}");
}
