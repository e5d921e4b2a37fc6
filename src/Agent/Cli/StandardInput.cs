namespace FpingCluster.Agent.Cli;

internal static class StandardInput
{
    /// <summary>Cancels when the stream ends, which it does at the latest when the process at its other end is gone. What comes in is thrown away.</summary>
    public static async Task CancelAtEndAsync(Stream input, CancellationTokenSource atEnd)
    {
        // Reading a pipe blocks its thread whatever token it is given; the process's end ends it.
        await Task.Factory.StartNew(() => input.CopyTo(Stream.Null), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await atEnd.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The agent has left for another reason.
        }
    }
}
