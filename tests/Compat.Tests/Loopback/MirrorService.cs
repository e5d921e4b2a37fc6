using Grpc.Core;

namespace FpingCluster.Compat.Tests.Loopback;

internal sealed class MirrorService(WaitingCalls waitingCalls) : Mirror.MirrorBase
{
    public override async Task<Value> Echo(Value request, ServerCallContext context)
    {
        var headers = new Metadata();
        foreach (var entry in context.RequestHeaders.Where(entry => entry.Key.StartsWith("test-", StringComparison.Ordinal)))
        {
            headers.Add(entry);
        }

        await context.WriteResponseHeadersAsync(headers);
        return request;
    }

    public override Task<Value> Fail(Value request, ServerCallContext context)
    {
        var trailers = new Metadata { { "test-reason", "asked for" }, { "test-bytes-bin", [0, 127, 255] } };
        throw new RpcException(new Status((StatusCode)request.Number, request.Text), trailers);
    }

    public override async Task<Value> Wait(Value request, ServerCallContext context)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = context.CancellationToken.Register(cancelled.SetResult);
        waitingCalls.Begin();
        await cancelled.Task;
        waitingCalls.End();
        return request;
    }

    public override async Task<Value> Sum(IAsyncStreamReader<Value> requestStream, ServerCallContext context)
    {
        var sum = 0L;
        await foreach (var value in requestStream.ReadAllAsync(context.CancellationToken))
        {
            sum += value.Number;
        }

        return new Value { Number = sum };
    }

    public override async Task Count(Value request, IServerStreamWriter<Value> responseStream, ServerCallContext context)
    {
        for (var number = 0L; number < request.Number; number++)
        {
            await responseStream.WriteAsync(new Value { Number = number }, context.CancellationToken);
        }
    }

    public override async Task Exchange(
        IAsyncStreamReader<Value> requestStream, IServerStreamWriter<Value> responseStream, ServerCallContext context)
    {
        responseStream.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
        await foreach (var value in requestStream.ReadAllAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(value, context.CancellationToken);
        }
    }
}
