using Grpc.Core;

namespace FpingCluster.Compat.Tests.Loopback;

public sealed class CallEndingTests
{
    [Fact]
    public async Task Failed_call_carries_status_and_trailers()
    {
        await using var host = await MirrorHost.StartAsync();
        var request = new Value { Number = (long)StatusCode.FailedPrecondition, Text = "no über-list" };

        var error = await Assert.ThrowsAsync<RpcException>(() => host.Client.FailAsync(request).ResponseAsync);

        Assert.Equal(StatusCode.FailedPrecondition, error.StatusCode);
        Assert.Equal("no über-list", error.Status.Detail);
        Assert.Equal("asked for", error.Trailers.GetValue("test-reason"));
        Assert.Equal([0, 127, 255], error.Trailers.GetValueBytes("test-bytes-bin"));
    }

    [Fact]
    public async Task Call_past_its_deadline_fails()
    {
        await using var host = await MirrorHost.StartAsync();
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(200);

        var error = await Assert.ThrowsAsync<RpcException>(
            () => host.Client.WaitAsync(new Value(), deadline: deadline).ResponseAsync.WaitAsync(MirrorHost.Patience));

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
    }

    [Fact]
    public async Task Cancelled_call_ends_at_both_sides()
    {
        await using var host = await MirrorHost.StartAsync();
        using var cancellation = new CancellationTokenSource();
        using var call = host.Client.WaitAsync(new Value(), cancellationToken: cancellation.Token);
        await host.WaitingCalls.Begun.WaitAsync(MirrorHost.Patience);

        await cancellation.CancelAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.WaitAsync(MirrorHost.Patience));
        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        await host.WaitingCalls.Ended.WaitAsync(MirrorHost.Patience);
    }

    [Fact]
    public async Task Disposed_call_ends_at_the_server()
    {
        await using var host = await MirrorHost.StartAsync();
        var call = host.Client.WaitAsync(new Value());
        await host.WaitingCalls.Begun.WaitAsync(MirrorHost.Patience);

        call.Dispose();

        await host.WaitingCalls.Ended.WaitAsync(MirrorHost.Patience);
    }

    [Fact]
    public async Task Message_over_the_limit_is_rejected_and_the_connection_lives()
    {
        await using var host = await MirrorHost.StartAsync();
        var request = new Value { Text = new string('x', MirrorHost.MessageLimit) };

        var error = await Assert.ThrowsAsync<RpcException>(() => host.Client.EchoAsync(request).ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Equal(1, (await host.Client.EchoAsync(new Value { Number = 1 })).Number);
    }
}
