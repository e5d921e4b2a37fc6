using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Fping;

namespace FpingCluster.Agent.Tests.Engines.Fping;

public class FpingSelfTestTests
{
    [Fact]
    public async Task Installed_fping_is_found_and_proved()
    {
        var result = await new FpingSelfTest(TimeProvider.System).RunAsync(null, CancellationToken.None);

        Assert.True(result.IsUsable, result.Error);
        Assert.EndsWith("/fping", result.Capability.Path, StringComparison.Ordinal);
        Assert.True(result.Capability.Version >= FpingSelfTest.OldestVersion);
        Assert.NotEqual(SocketMode.Unknown, result.Capability.SocketMode);
        Assert.Equal(HasIPv6Loopback(), result.Capability.IPv6);
    }

    [Fact]
    public async Task Fping_that_pings_is_usable()
    {
        using var host = new FakeHost("""answer "${targets[@]}" """);

        var result = await RunAsync(host);

        Assert.Equal(new FpingCapability(host.FpingPath, new Version(5, 1), SocketMode.Raw, IPv6: true), result.Capability);
    }

    [Fact]
    public async Task Fping_that_is_not_there_is_named()
    {
        var result = await new FpingSelfTest(TimeProvider.System).RunAsync("/no/such/fping", CancellationToken.None);

        Assert.False(result.IsUsable);
        Assert.Contains("/no/such/fping is not there", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fping: Version 3.16", "is version 3.16; it must be 4.2 or newer")]
    [InlineData("fping: Version 4.1", "is version 4.1; it must be 4.2 or newer")]
    [InlineData("something else", "does not tell its version")]
    public async Task Wrong_version_is_told(string says, string expected)
    {
        using var host = new FakeHost("", $"#!/bin/bash\necho '{says}'\n");

        Assert.Contains(expected, (await RunAsync(host)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fping_without_a_socket_is_refused_with_the_remedy()
    {
        using var host = new FakeHost("exit 4");

        var result = await RunAsync(host);

        Assert.Contains("setcap cap_net_raw=ep", result.Error, StringComparison.Ordinal);
        Assert.Contains("net.ipv4.ping_group_range", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Old_fping_on_a_datagram_socket_is_refused()
    {
        using var host = new FakeHost("""lose "${targets[@]}"; exit 1""");
        host.RemoveSockets("raw");
        host.WriteSockets("icmp", (1, 1000, 0));

        var result = await RunAsync(host);

        Assert.Contains("got a datagram socket, on which fping before 5.2 loses every reply", result.Error, StringComparison.Ordinal);
        Assert.Contains("setcap", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fping_that_pings_in_vain_is_refused()
    {
        using var host = new FakeHost("""lose "${targets[@]}"; exit 1""");

        Assert.Contains("pings 127.0.0.1 in vain", (await RunAsync(host)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fping_whose_drops_cannot_be_seen_is_refused()
    {
        using var host = new FakeHost("""answer "${targets[@]}" """);
        host.RemoveSockets("raw");

        Assert.Contains("/proc", (await RunAsync(host)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_not_executable_is_refused()
    {
        using var host = new FakeHost("");
        File.SetUnixFileMode(host.FpingPath, UnixFileMode.UserRead);

        Assert.Contains("chmod +x", (await RunAsync(host)).Error, StringComparison.Ordinal);
    }

    private static Task<FpingSelfTestResult> RunAsync(FakeHost host) =>
        new FpingSelfTest(TimeProvider.System, host.ProcRoot).RunAsync(host.FpingPath, CancellationToken.None);

    private static bool HasIPv6Loopback() =>
        File.Exists("/proc/net/if_inet6") && File.ReadLines("/proc/net/if_inet6").Any(line => line.StartsWith("00000000000000000000000000000001 ", StringComparison.Ordinal));
}
