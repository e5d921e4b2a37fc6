using System.Runtime.CompilerServices;
using System.Threading.Channels;
using FpingCluster.Agent.Session;
using FpingCluster.Shared.Protocol.V1;

namespace FpingCluster.Agent.Tests.Session;

/// <summary>A stream whose other end is the test.</summary>
internal sealed class FakeSessionStream : ISessionStream
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<AgentMessage> _written = Channel.CreateUnbounded<AgentMessage>();
    private readonly Channel<CoordinatorMessage> _toRead = Channel.CreateUnbounded<CoordinatorMessage>();

    public TaskCompletionSource Completed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Thrown by every write from now on.</summary>
    public Exception? WriteFault { get; set; }

    public void Say(CoordinatorMessage message) => Assert.True(_toRead.Writer.TryWrite(message));

    /// <summary>The coordinator's end of the stream, with its status if it is not OK.</summary>
    public void End(Exception? status = null) => _toRead.Writer.Complete(status);

    public async Task<AgentMessage> HearAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        return await _written.Reader.ReadAsync(timeout.Token);
    }

    /// <summary>The next message of this kind; those before it are passed over.</summary>
    public async Task<AgentMessage> HearAsync(AgentMessage.MessageOneofCase kind)
    {
        while (true)
        {
            var message = await HearAsync();
            if (message.MessageCase == kind)
            {
                return message;
            }
        }
    }

    public Task WriteAsync(AgentMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return WriteFault is { } fault ? Task.FromException(fault) : _written.Writer.WriteAsync(message, cancellationToken).AsTask();
    }

    public Task CompleteAsync()
    {
        Completed.TrySetResult();
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<CoordinatorMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await _toRead.Reader.WaitToReadAsync(cancellationToken))
        {
            while (_toRead.Reader.TryRead(out var message))
            {
                yield return message;
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
