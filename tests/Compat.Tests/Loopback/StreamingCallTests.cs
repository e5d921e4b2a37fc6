using Grpc.Core;

namespace FpingCluster.Compat.Tests.Loopback;

public sealed class StreamingCallTests
{
    private const int ExchangedValues = 100_000;

    [Fact]
    public async Task Client_stream_is_read_to_its_end()
    {
        await using var host = await MirrorHost.StartAsync();
        using var call = host.Client.Sum();

        foreach (var number in Enumerable.Range(1, 100))
        {
            await call.RequestStream.WriteAsync(new Value { Number = number });
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal(5050, (await call).Number);
    }

    [Fact]
    public async Task Server_stream_is_read_to_its_end()
    {
        await using var host = await MirrorHost.StartAsync();
        using var call = host.Client.Count(new Value { Number = 1000 });

        var numbers = new List<long>();
        await foreach (var value in call.ResponseStream.ReadAllAsync())
        {
            numbers.Add(value.Number);
        }

        Assert.Equal(Enumerable.Range(0, 1000).Select(number => (long)number), numbers);
    }

    [Fact]
    public async Task Duplex_stream_returns_every_value_once_and_in_order()
    {
        await using var host = await MirrorHost.StartAsync();
        using var call = host.Client.Exchange();
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
        var writing = WriteAllAsync(call.RequestStream);

        var expected = 0L;
        await foreach (var value in call.ResponseStream.ReadAllAsync())
        {
            Assert.Equal(expected++, value.Number);
        }

        await writing;
        Assert.Equal(ExchangedValues, expected);
    }

    private static async Task WriteAllAsync(IClientStreamWriter<Value> requestStream)
    {
        for (var number = 0; number < ExchangedValues; number++)
        {
            await requestStream.WriteAsync(new Value { Number = number });
        }

        await requestStream.CompleteAsync();
    }
}
