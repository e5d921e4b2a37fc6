using System.Collections.Concurrent;
using Grpc.Core.Interceptors;

namespace FpingCluster.Compat.Tests.Loopback;

public sealed class InterceptorTests
{
    private readonly ConcurrentQueue<string> _record = new();

    [Fact]
    public async Task Client_interceptors_see_a_call_in_their_order()
    {
        await using var host = await MirrorHost.StartAsync();
        var invoker = host.Channel.Intercept(new RecordingInterceptor("outer", _record), new RecordingInterceptor("inner", _record));

        await new Mirror.MirrorClient(invoker).EchoAsync(new Value());

        Assert.Equal(["outer Echo", "inner Echo"], _record);
    }

    [Fact]
    public async Task Client_interceptor_sees_calls_of_every_kind()
    {
        await using var host = await MirrorHost.StartAsync();

        await CallEveryKindAsync(new Mirror.MirrorClient(host.Channel.Intercept(new RecordingInterceptor("client", _record))));

        Assert.Equal(["client Echo", "client Echo", "client Sum", "client Count", "client Exchange"], _record);
    }

    [Fact]
    public async Task Server_interceptor_sees_calls_before_their_handler()
    {
        await using var host = await MirrorHost.StartAsync(grpc => grpc.Interceptors.Add<RecordingInterceptor>("server", _record));

        await CallEveryKindAsync(host.Client);

        const string service = "/fpingcluster.compat.tests.Mirror";
        Assert.Equal([$"server {service}/Echo", $"server {service}/Echo", $"server {service}/Exchange"], _record);
    }

    private static async Task CallEveryKindAsync(Mirror.MirrorClient client)
    {
        client.Echo(new Value());
        await client.EchoAsync(new Value());
        using var sum = client.Sum();
        await sum.RequestStream.CompleteAsync();
        await sum;
        using var count = client.Count(new Value());
        Assert.False(await count.ResponseStream.MoveNext(CancellationToken.None));
        using var exchange = client.Exchange();
        await exchange.RequestStream.CompleteAsync();
        Assert.False(await exchange.ResponseStream.MoveNext(CancellationToken.None));
    }
}
