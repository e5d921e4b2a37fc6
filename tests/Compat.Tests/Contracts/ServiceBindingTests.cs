using FpingCluster.Compat.Tests.Loopback;

namespace FpingCluster.Compat.Tests.Contracts;

public sealed class ServiceBindingTests
{
    [Fact]
    public void Generated_service_binds_every_method_with_its_handler()
    {
        var binder = new RecordingBinder();

        Mirror.BindService(new MirrorService(new WaitingCalls())).BindService(binder);

        Assert.Equal(
            [
                "Unary /fpingcluster.compat.tests.Mirror/Echo",
                "Unary /fpingcluster.compat.tests.Mirror/Fail",
                "Unary /fpingcluster.compat.tests.Mirror/Wait",
                "ClientStreaming /fpingcluster.compat.tests.Mirror/Sum",
                "ServerStreaming /fpingcluster.compat.tests.Mirror/Count",
                "DuplexStreaming /fpingcluster.compat.tests.Mirror/Exchange",
            ],
            binder.Methods);
    }

    [Fact]
    public void Client_without_a_channel_says_so_when_called()
    {
        var error = Assert.Throws<NotSupportedException>(() => new ChannellessClient().Echo(new Value()));

        Assert.Contains("/fpingcluster.compat.tests.Mirror/Echo", error.Message, StringComparison.Ordinal);
    }

    private sealed class ChannellessClient : Mirror.MirrorClient;
}
