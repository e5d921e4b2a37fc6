using Grpc.Core;

namespace FpingCluster.Compat.Tests.Contracts;

public sealed class AsyncCallTests
{
    private static readonly Metadata Headers = new() { { "kind", "header" } };
    private static readonly Metadata Trailers = new() { { "kind", "trailer" } };

    [Fact]
    public async Task Awaiting_a_unary_call_answers_its_response()
    {
        var response = new TaskCompletionSource<string>();
        using var call = new AsyncUnaryCall<string>(
            response.Task, Task.FromResult(Headers), () => Status.DefaultSuccess, () => Trailers, () => { });
        var awaited = AwaitAsync(call);

        Assert.False(awaited.IsCompleted);
        response.SetResult("response");

        Assert.Equal("response", await awaited);
        Assert.Equal("response", await call.ConfigureAwait(false));
    }

    [Fact]
    public async Task Awaiting_a_failed_unary_call_throws_its_error()
    {
        var error = new RpcException(new Status(StatusCode.NotFound, "no such target"));
        using var call = new AsyncUnaryCall<string>(
            Task.FromException<string>(error), Task.FromResult(Headers), () => error.Status, () => Trailers, () => { });

        Assert.Same(error, await Assert.ThrowsAsync<RpcException>(() => AwaitAsync(call)));
    }

    [Fact]
    public async Task Awaiting_a_client_streaming_call_answers_its_response()
    {
        using var call = new AsyncClientStreamingCall<string, string>(
            null!, Task.FromResult("response"), Task.FromResult(Headers), () => Status.DefaultSuccess, () => Trailers, () => { });

        Assert.Equal("response", await call);
    }

    [Fact]
    public async Task Call_hands_its_state_to_every_callback()
    {
        var states = new List<object>();
        var state = new object();
        var call = new AsyncUnaryCall<string>(
            Task.FromResult("response"),
            given => Note(given, Task.FromResult(Headers)),
            given => Note(given, Status.DefaultCancelled),
            given => Note(given, Trailers),
            states.Add,
            state);

        Assert.Same(Headers, await call.ResponseHeadersAsync);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
        Assert.Same(Trailers, call.GetTrailers());
        call.Dispose();
        Assert.Equal([state, state, state, state], states);

        T Note<T>(object given, T answer)
        {
            states.Add(given);
            return answer;
        }
    }

    private static async Task<string> AwaitAsync(AsyncUnaryCall<string> call) => await call;
}
