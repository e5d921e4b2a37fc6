using FpingCluster.Shared.Protocol.V1;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Sessions;

/// <summary>
/// The one writer of a session's stream. It ends between two messages when the session ends. Cancelling a write makes gRPC abort the call from within the
/// token's callbacks: they are waited for, because a call that is over by then throws, on a timer's thread at the cost of the process.
/// </summary>
internal sealed partial class SessionWriter(AgentLink link, IServerStreamWriter<CoordinatorMessage> stream, TimeProvider time, ILogger<SessionWriter> logger) : IDisposable
{
    // For one message: an agent that reads, over whatever link, has taken it long before.
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(15);

    // For the message that is being written when a session ends: an aborted write would take the reason of the end with it.
    private static readonly TimeSpan LastWriteTimeout = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _aborted = new();
    private Task _writing = Task.CompletedTask;

    public void Start(CancellationToken ended) => _writing = WriteAsync(ended);

    /// <summary>After the session has ended: nothing of a write goes on when it returns.</summary>
    public async Task EndAsync()
    {
        await _writing.WaitAsync(LastWriteTimeout, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_writing.IsCompleted)
        {
            await _aborted.CancelAsync();
        }

        await _writing;
    }

    public void Dispose() => _aborted.Dispose();

    private async Task WriteAsync(CancellationToken ended)
    {
        try
        {
            await foreach (var message in link.OutgoingAsync(ended))
            {
                var write = stream.WriteAsync(message, _aborted.Token);
                await EndInTime(write);
                await write;
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or RpcException or InvalidOperationException)
        {
            Log.WritingEnded(logger, exception.Message);
        }
    }

    private async Task EndInTime(Task write)
    {
        try
        {
            await write.WaitAsync(WriteTimeout, time);
        }
        catch (TimeoutException)
        {
            link.Close($"the agent has read nothing for {WriteTimeout.TotalSeconds} s");
            await _aborted.CancelAsync();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4002, LogLevel.Debug, "Writing to a session ended: {Why}")]
        public static partial void WritingEnded(ILogger logger, string why);
    }
}
