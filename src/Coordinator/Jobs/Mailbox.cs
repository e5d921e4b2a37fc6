using System.Threading.Channels;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>Runs what is posted, one after the other, on one task: the state that only posted actions touch needs no lock.</summary>
internal sealed class Mailbox
{
    // Unbounded, because everything that posts is bounded itself: sessions wait for it (SessionInbox), jobs by their own number.
    private readonly Channel<Action> _actions = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>After <see cref="Stop"/> posting does nothing.</summary>
    public void Post(Action action) => _actions.Writer.TryWrite(action);

    /// <summary>Runs what was posted before, then ends.</summary>
    public void Stop() => _actions.Writer.TryComplete();

    /// <summary>Ends after <see cref="Stop"/>; an exception of an action ends it at once and is thrown here.</summary>
    public async Task RunAsync()
    {
        try
        {
            await foreach (var action in _actions.Reader.ReadAllAsync())
            {
                action();
            }
        }
        finally
        {
            Stop();
        }
    }
}
