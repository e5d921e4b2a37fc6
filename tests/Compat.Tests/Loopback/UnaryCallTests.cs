using Grpc.Core;

namespace FpingCluster.Compat.Tests.Loopback;

public sealed class UnaryCallTests
{
    [Fact]
    public async Task Unary_call_answers_with_headers_and_status()
    {
        await using var host = await MirrorHost.StartAsync();
        var headers = new Metadata { { "Test-Name", "value" }, { "test-bytes-bin", [1, 0, 255] } };

        using var call = host.Client.EchoAsync(new Value { Number = 42, Text = "häuser" }, headers);
        var response = await call;

        Assert.Equal(new Value { Number = 42, Text = "häuser" }, response);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        var responseHeaders = await call.ResponseHeadersAsync;
        Assert.Equal("value", responseHeaders.GetValue("test-name"));
        Assert.Equal([1, 0, 255], responseHeaders.GetValueBytes("test-bytes-bin"));
    }
}
