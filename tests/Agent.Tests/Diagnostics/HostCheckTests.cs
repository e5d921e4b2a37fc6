using System.Net.Sockets;
using FpingCluster.Agent.Diagnostics;

namespace FpingCluster.Agent.Tests.Diagnostics;

public sealed class HostCheckTests : IDisposable
{
    private readonly FakeHostFiles _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Host_without_limits_is_all_ok()
    {
        var findings = Look();

        Assert.All(findings, finding => Assert.Equal((Verdict.Ok, null), (finding.Verdict, finding.Remedy)));
        Assert.Equal(
            [
                ("other raw ICMP sockets", "none"),
                ("raw ICMP socket", "permitted"),
                ("datagram ICMP socket", "permitted (net.ipv4.ping_group_range 0 2147483647)"),
                ("raw engine's buffer", "16,384 KiB: 1092.3 ms of replies at 20,000 pings/s"),
                ("fping's buffer", "208 KiB, 4,096 KiB at most: 13.9 ms of replies at 20,000 pings/s"),
                ("connection tracking", "not loaded"),
                ("ARP table", "1,024 entries at most, 254 addresses in attached networks"),
                ("CPUs", "2, no cgroup quota"),
            ],
            findings.Select(finding => (finding.What, finding.Value)));
    }

    [Fact]
    public void Sockets_that_are_refused_are_missing_with_what_would_permit_them()
    {
        _host.Write("proc/sys/net/ipv4/ping_group_range", "1\t0\n");

        AssertFinding("raw ICMP socket", "not permitted", Verdict.Missing, "NET_RAW", open: _ => SocketError.AccessDenied);
        AssertFinding("datagram ICMP socket", "not permitted (net.ipv4.ping_group_range 1 0)", Verdict.Missing, "sysctl -w", open: _ => SocketError.AccessDenied);
        AssertFinding("raw ICMP socket", "not to be had: TooManyOpenSockets", Verdict.Missing, "NET_RAW", open: _ => SocketError.TooManyOpenSockets);
    }

    [Fact]
    public void Raw_sockets_of_others_are_counted_for_both_families_and_datagram_sockets_are_not()
    {
        const string Socket = "   1: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 0000000000000000 0\n";
        _host.Write("proc/net/raw", FakeHostFiles.SocketTitles + Socket + Socket);
        _host.Write("proc/net/raw6", FakeHostFiles.SocketTitles + Socket);
        _host.Write("proc/net/icmp", FakeHostFiles.SocketTitles + Socket);

        AssertFinding("other raw ICMP sockets", "3", Verdict.Limits, "a copy of every reply");
    }

    [Fact]
    public void Receive_buffer_limits_when_the_rate_fills_it_in_less_than_ten_milliseconds()
    {
        Assert.Equal(Verdict.Ok, Find(Look(27_000), "fping's buffer").Verdict);
        var finding = Find(Look(50_000), "fping's buffer");

        Assert.Equal("208 KiB, 4,096 KiB at most: 5.5 ms of replies at 50,000 pings/s", finding.Value);
        Assert.EndsWith("sysctl -w net.core.rmem_default=4194304", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Receive_buffer_that_another_network_namespace_hides_is_said_to_be_hidden()
    {
        _host.Delete("proc/sys/net/core/rmem_default");

        AssertFinding("fping's buffer", "not shown in this network namespace", Verdict.Missing, "net.core.rmem_default");
    }

    [Theory]
    [InlineData(16 * 1024 * 1024, 100_000, Verdict.Ok, "16,384 KiB: 218.5 ms of replies at 100,000 pings/s")]
    [InlineData(425_984, 100_000, Verdict.Limits, "416 KiB: 5.5 ms of replies at 100,000 pings/s")]
    [InlineData(null, 100_000, Verdict.Missing, "none without a socket")]
    public void Raw_engines_buffer_limits_when_the_rate_fills_it_in_less_than_ten_milliseconds(int? bytes, int rate, object verdict, string value)
    {
        var finding = KernelLimits.RawBuffer(bytes, rate);

        Assert.Equal((value, (Verdict)verdict), (finding.Value, finding.Verdict));
    }

    [Theory]
    [InlineData(262_144, 12, false)]
    [InlineData(65_536, 12, true)]
    [InlineData(262_144, 200_000, true)]
    public void Connection_tracking_limits_when_its_free_entries_do_not_last_for_their_timeout(int most, int count, bool limits)
    {
        _host.Write("proc/sys/net/netfilter/nf_conntrack_max", $"{most}\n");
        _host.Write("proc/sys/net/netfilter/nf_conntrack_count", $"{count}\n");
        _host.Write("proc/sys/net/netfilter/nf_conntrack_icmp_timeout", "30\n");

        var finding = Find(Look(), "connection tracking");

        Assert.Equal((FormattableString.Invariant($"{count:N0} of {most:N0} entries in use"), limits ? Verdict.Limits : Verdict.Ok), (finding.Value, finding.Verdict));
        // 4,000 targets/s for 30 s after the 2.5 s of their pings.
        Assert.Equal(limits, finding.Remedy?.Contains("130,000 at 20,000 pings/s", StringComparison.Ordinal) ?? false);
    }

    [Theory]
    [InlineData("0000FFFF", "1024\n", "1,024 entries at most, 65,534 addresses in attached networks", true)]
    [InlineData("0000FFFF", "131072\n", "131,072 entries at most, 65,534 addresses in attached networks", false)]
    [InlineData("0000FFFF", null, "1,024 entries at most (usually; not shown in this network namespace), 65,534 addresses in attached networks", true)]
    [InlineData("FFFFFFFF", "1024\n", "1,024 entries at most, 1 addresses in attached networks", false)]
    [InlineData("00000080", "1024\n", "1,024 entries at most, 2,147,483,646 addresses in attached networks", true)]
    public void Arp_table_limits_when_attached_networks_are_larger(string mask, string? most, string value, bool limits)
    {
        _host.Write("proc/net/route", $"{FakeHostFiles.RouteTitles}eth0\t0000000A\t00000000\t0001\t0\t0\t0\t{mask}\t0\t0\t0\n");
        if (most is null)
        {
            _host.Delete(FakeHostFiles.MostNeighbours);
        }
        else
        {
            _host.Write(FakeHostFiles.MostNeighbours, most);
        }

        var finding = Find(Look(), "ARP table");

        Assert.Equal((value, limits ? Verdict.Limits : Verdict.Ok), (finding.Value, finding.Verdict));
        Assert.Equal(limits, finding.Remedy?.Contains("gc_thresh3=", StringComparison.Ordinal) ?? false);
    }

    [Theory]
    [InlineData("0::/\n", "sys/fs/cgroup/cpu.max", "50000 100000\n", "2, of which the cgroup's quota allows 0.5")]
    [InlineData("0::/pod/agent\n", "sys/fs/cgroup/pod/agent/cpu.max", "150000 100000\n", "2, of which the cgroup's quota allows 1.5")]
    [InlineData("0::/pod/agent\n", "sys/fs/cgroup/pod/cpu.max", "100000 100000\n", "2, of which the cgroup's quota allows 1")]
    [InlineData("0::/\n", "sys/fs/cgroup/cpu.max", "max 100000\n", "2, no cgroup quota")]
    [InlineData("0::/\n", "sys/fs/cgroup/cpu.max", "400000 100000\n", "2, no cgroup quota")]
    public void Quota_of_a_cgroup_or_an_outer_one_limits_the_cpus(string cgroups, string file, string quota, string value)
    {
        _host.Write("proc/self/cgroup", cgroups);
        _host.Write(file, quota);

        var finding = Find(Look(), "CPUs");

        Assert.Equal((value, value.Contains("quota allows", StringComparison.Ordinal) ? Verdict.Limits : Verdict.Ok), (finding.Value, finding.Verdict));
    }

    [Fact]
    public void Quota_of_the_older_cgroups_limits_the_cpus()
    {
        _host.Write("proc/self/cgroup", "4:memory:/x\n2:cpu,cpuacct:/box\n0::/\n");
        _host.Write("sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us", "20000\n");
        _host.Write("sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_period_us", "100000\n");
        _host.Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
        _host.Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");

        AssertFinding("CPUs", "2, of which the cgroup's quota allows 0.2", Verdict.Limits, "CPU limit");
    }

    [Fact]
    public void Raw_socket_of_this_host_is_what_the_kernel_says()
    {
        var privileges = File.ReadLines("/proc/self/status").First(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
        const int NetRaw = 13;
        var mayOpen = (Convert.ToUInt64(privileges.Split('\t')[1], 16) >> NetRaw & 1) == 1;

        Assert.Equal(mayOpen ? SocketError.Success : SocketError.AccessDenied, IcmpSockets.TryOpen(SocketType.Raw));
    }

    private IReadOnlyList<Finding> Look(int rate = 20_000, Func<SocketType, SocketError>? open = null) =>
        HostCheck.Look(_host.Files, open ?? (_ => SocketError.Success), 16 * 1024 * 1024, rate);

    private void AssertFinding(string what, string value, Verdict verdict, string remedy, Func<SocketType, SocketError>? open = null)
    {
        var finding = Find(Look(open: open), what);
        Assert.Equal((value, verdict), (finding.Value, finding.Verdict));
        Assert.Contains(remedy, finding.Remedy, StringComparison.Ordinal);
    }

    private static Finding Find(IEnumerable<Finding> findings, string what) => findings.Single(finding => finding.What == what);
}
