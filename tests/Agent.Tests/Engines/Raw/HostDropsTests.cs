using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Raw;
using FpingCluster.Agent.Tests.Diagnostics;

namespace FpingCluster.Agent.Tests.Engines.Raw;

public sealed class HostDropsTests : IDisposable
{
    private const string Backlog = "proc/thread-self/net/softnet_stat", IPv4 = "proc/thread-self/net/snmp", IPv6 = "proc/thread-self/net/snmp6";

    private readonly FakeHostFiles _files = new();

    private string Root => Path.GetDirectoryName(_files.Files.ProcRoot)!;

    [Fact]
    public void Drops_of_all_processors_are_added_up()
    {
        _files.Write(Backlog, "00a1b2c3 0000000a 00000001 00000000 00000000\n00000007 00000010 00000000 00000000 00000000\n");

        Assert.Equal(26, Count());
    }

    [Fact]
    public void Discards_are_found_by_their_names_wherever_they_stand()
    {
        _files.Write(IPv4, Snmp(discards: 42));
        _files.Write(IPv6, "Ip6InReceives                   \t900\nIp6OutDiscards                  \t8\nIp6OutDiscardsOfAnother \t100\nIcmp6InCsumErrors \t3\n");

        Assert.Equal(50, Count());
        using var drops = new HostDrops(Root);
        Assert.Equal((7, 3), (drops.Read().DamagedV4, drops.Read().DamagedV6));
    }

    [Fact]
    public void Files_that_are_absent_count_nothing() => Assert.Equal(0, Count());

    [Theory]
    [InlineData("")]
    [InlineData("\n\n \n")]
    [InlineData("Ip: OutDiscards")]
    [InlineData("Ip: OutDiscards\nIp:\n")]
    [InlineData("Ip: Forwarding\nIp: 77\n")]
    [InlineData("Ip: OutDiscards\nIp: many\n")]
    public void Files_that_say_nothing_count_nothing(string text)
    {
        _files.Write(IPv4, text);
        _files.Write(IPv6, text);

        Assert.Equal(0, Count());
    }

    [Fact]
    public void Watch_tells_what_is_new_and_leaves_out_damaged_packets()
    {
        var clock = new FakeLaneClock();
        var port = new FakePingPort(clock, ipv4: true, SocketMode.Raw) { Drops = 100 };
        _files.Write(IPv4, Snmp(discards: 42));
        _files.Write(IPv6, "Icmp6InCsumErrors 5\n");
        var port6 = new FakePingPort(clock, ipv4: false, SocketMode.Raw) { Drops = 7 };
        var failed = 0L;
        using var watch = new DropWatch(new PingPorts(port, port6), new HostDrops(Root), () => failed);
        Assert.Equal(0, watch.CountNew());

        port.Drops += 3;
        _files.Write(IPv4, Snmp(discards: 44));
        Assert.Equal(5, watch.CountNew());
        Assert.Equal(0, watch.CountNew());

        port6.Drops += 4;
        _files.Write(IPv6, "Icmp6InCsumErrors 8\n");
        Assert.Equal(1, watch.CountNew());

        // What the sender was told of is not dropped in silence.
        failed = 2;
        _files.Write(IPv4, Snmp(discards: 47));
        Assert.Equal(1, watch.CountNew());

        // Damaged packets that no socket of ours dropped hide nothing.
        port.Drops += 1;
        _files.Write(IPv6, "Icmp6InCsumErrors 18\n");
        Assert.Equal(1, watch.CountNew());
        Assert.Equal(0, watch.CountNew());
    }

    public void Dispose() => _files.Dispose();

    private static string Snmp(int discards) =>
        $"Ip: Forwarding DefaultTTL OutRequests OutDiscards OutNoRoutes\nIp: 1 64 12345 {discards} 9\nIcmp: InMsgs InCsumErrors OutDiscards\nIcmp: 5 7 1000\n";

    private long Count()
    {
        using var drops = new HostDrops(Root);
        var counts = drops.Read();
        return counts.Backlog + counts.Outgoing;
    }
}
