using FpingCluster.Coordinator.Sessions;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.TestKit;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace FpingCluster.Coordinator.Tests.Sessions;

public sealed class SessionWriterTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly StuckStream _stream = new();
    private readonly AgentLink _link;
    private readonly SessionWriter _writer;

    public SessionWriterTests()
    {
        _link = new AgentLink(new Welcome(), _time, _ended.Cancel);
        _writer = new SessionWriter(_link, _stream, _time, NullLogger<SessionWriter>.Instance);
        _writer.Start(_ended.Token);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _ended.Dispose();
    }

    // A call that is over when gRPC's callback aborts it throws, on a timer's thread: that ended the process once.
    [Fact]
    public async Task Session_is_not_over_while_the_abort_of_a_stuck_write_goes_on()
    {
        _link.Welcome();
        await Wait.For(_stream.Begun, Patience, "a write");
        _link.Close("gone");
        var ending = _writer.EndAsync();
        _time.Advance(TimeSpan.FromSeconds(3));
        await Wait.For(_stream.Aborting, Patience, "the abort");

        Assert.False(ending.IsCompleted);

        _stream.LetAbort();
        await Wait.For(ending, Patience, "the end of the writer");
        Assert.Null(_stream.Fault);
    }

    [Fact]
    public async Task Last_message_may_take_its_time()
    {
        _link.Welcome();
        await Wait.For(_stream.Begun, Patience, "a write");
        _link.Close("gone");
        var ending = _writer.EndAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        _stream.Finish();

        await Wait.For(ending, Patience, "the end of the writer");
        Assert.False(_stream.Aborting.IsCompleted);
    }

    [Fact]
    public async Task Agent_that_reads_nothing_is_let_go()
    {
        _stream.LetAbort();
        _link.Welcome();
        await Wait.For(_stream.Begun, Patience, "a write");
        await Wait.Until(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(16));
                return _link.ClosedBecause is not null;
            },
            Patience, "the link is closed");

        Assert.Equal("the agent has read nothing for 15 s", _link.ClosedBecause);
        await Wait.For(_writer.EndAsync(), Patience, "the end of the writer");
    }

    /// <summary>As gRPC's: cancelling a write aborts the call from the token's callback, and the write ends with that.</summary>
    private sealed class StuckStream : IServerStreamWriter<CoordinatorMessage>
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _aborting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _mayAbort = new();

        public WriteOptions? WriteOptions { get; set; }

        public Task Begun => _begun.Task;

        public Task Aborting => _aborting.Task;

        public Exception? Fault { get; private set; }

        public void LetAbort() => _mayAbort.Set();

        public void Finish() => _written.TrySetResult();

        public Task WriteAsync(CoordinatorMessage message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(CoordinatorMessage message, CancellationToken cancellationToken)
        {
            cancellationToken.Register(Abort);
            _begun.TrySetResult();
            return _written.Task;
        }

        private void Abort()
        {
            _aborting.TrySetResult();
            if (!_mayAbort.Wait(Patience))
            {
                Fault = new TimeoutException("the abort was never let go");
            }

            _written.TrySetException(new OperationCanceledException());
        }
    }
}
