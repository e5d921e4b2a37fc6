using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Privileged.Tests.Lab;

public sealed class NetworkLabTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("10.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("10.127.255.255")]
    [InlineData("fd00:1::1")]
    [InlineData("fd00:1::ffff:ffff:ffff:ffff")]
    public async Task Address_served_by_the_router_answers(string address)
    {
        await using var lab = await NetworkLab.Create(hosts: 1);

        Assert.True(await Answers(lab.Hosts[0], address));
    }

    [Theory]
    [InlineData("10.128.0.0")]
    [InlineData("10.191.255.255")]
    [InlineData("fd00:3::1")]
    public async Task Dead_address_stays_silent(string address)
    {
        await using var lab = await NetworkLab.Create(hosts: 1);

        var fping = await Ping(lab.Hosts[0], address);

        Assert.Equal(1, fping.ExitCode);
        Assert.DoesNotContain(fping.Errors, line => line.StartsWith("ICMP", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("10.192.0.1")]
    public async Task Address_outside_is_refused_by_the_router(string address)
    {
        await using var lab = await NetworkLab.Create(hosts: 1);

        var fping = await Ping(lab.Hosts[0], address);

        Assert.Equal(1, fping.ExitCode);
        Assert.Contains($"ICMP Network Unreachable from 10.200.1.1 for ICMP Echo sent to {address}", fping.Errors);
    }

    [Fact]
    public async Task Cut_cable_silences_a_host_until_it_is_restored()
    {
        await using var lab = await NetworkLab.Create(hosts: 2);
        var (cut, other) = (lab.Hosts[0], lab.Hosts[1]);

        await cut.Cut();
        Assert.False(await Answers(cut, "10.1.2.3"));
        Assert.False(await Answers(other, $"{cut.Address}"));
        Assert.True(await Answers(other, "10.1.2.3"));

        await cut.Restore();
        Assert.True(await Answers(cut, "10.1.2.3"));
        Assert.True(await Answers(cut, "fd00:1::1"));
        Assert.True(await Answers(other, $"{cut.AddressV6}"));
    }

    [Fact]
    public async Task Cut_control_cable_leaves_the_way_to_the_targets()
    {
        await using var lab = await NetworkLab.Create(hosts: 2);
        var (cut, other) = (lab.Hosts[0], lab.Hosts[1]);
        Assert.True(await Answers(cut, $"{other.ControlAddress}"));

        await cut.Cut(LabCable.Control);
        Assert.False(await Answers(cut, $"{other.ControlAddress}"));
        Assert.True(await Answers(cut, "10.1.2.3"));

        await cut.Restore(LabCable.Control);
        Assert.True(await Answers(cut, $"{other.ControlAddress}"));

        await cut.Blackhole(LabCable.Control);
        Assert.False(await Answers(cut, $"{other.ControlAddress}"));
        Assert.True(await Answers(cut, "10.1.2.3"));
    }

    [Fact]
    public async Task Cable_cut_for_a_time_works_again_after_it()
    {
        await using var lab = await NetworkLab.Create(hosts: 1);
        var began = TimeProvider.System.GetTimestamp();

        var cut = lab.Hosts[0].Cut(LabCable.Targets, TimeSpan.FromSeconds(1));
        await Wait.Until(async () => !await Answers(lab.Hosts[0], "10.1.2.3"), Patience, "the cut");
        await cut;

        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromSeconds(1));
        Assert.True(await Answers(lab.Hosts[0], "10.1.2.3"));
    }

    [Fact]
    public async Task Blackhole_drops_packets_without_an_error_until_it_is_restored()
    {
        await using var lab = await NetworkLab.Create(hosts: 2);
        var (lost, other) = (lab.Hosts[0], lab.Hosts[1]);

        await lost.Blackhole();
        var fromOther = await Ping(other, $"{lost.Address}");
        Assert.Equal(1, fromOther.ExitCode);
        Assert.DoesNotContain(fromOther.Errors, line => line.StartsWith("ICMP", StringComparison.Ordinal));
        Assert.False(await Answers(lost, "10.1.2.3"));
        Assert.False(await Answers(lost, "fd00:1::1"));

        await lost.Restore();
        Assert.True(await Answers(lost, "10.1.2.3"));
        Assert.True(await Answers(lost, "fd00:1::1"));
    }

    [Fact]
    public async Task Hosts_connect_to_each_other_over_TCP()
    {
        const string Server = """
            import socket
            listener = socket.create_server(("", 7443))
            print("listening", flush=True)
            print(listener.accept()[0].makefile().readline(), flush=True)
            """;
        await using var lab = await NetworkLab.Create(hosts: 2);
        var server = lab.Hosts[1].Start("/usr/bin/python3", ["-c", Server]);
        await server.WaitForLine(line => line == "listening", Patience);

        await lab.Hosts[0].Run(Patience, "bash", "-c", $"echo hello >/dev/tcp/{lab.Hosts[1].Address}/7443");

        await server.WaitForLine(line => line == "hello", Patience);
    }

    [Fact]
    public async Task Disposal_leaves_no_namespace_and_no_process()
    {
        var lab = await NetworkLab.Create(hosts: 1);
        var parent = await lab.Hosts[0].Run(Patience, "bash", "-c", "sleep 600 >/dev/null 2>&1 & echo $!");
        var orphan = int.Parse(parent.Output[0], provider: null);
        var process = lab.Hosts[0].Start("bash", ["-c", "trap '' TERM; echo ready; while :; do sleep 600; done"]);
        await process.WaitForLine(line => line == "ready", Patience);
        var prefix = lab.Hosts[0].Name[..^1];
        Assert.Equal([$"{prefix}1", $"{prefix}router"], Namespaces().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal));

        await lab.DisposeAsync();

        Assert.DoesNotContain(Namespaces(), name => name.StartsWith(prefix, StringComparison.Ordinal));
        Assert.False(Directory.Exists($"/proc/{process.Id}"));
        Assert.False(Directory.Exists($"/proc/{orphan}") && File.ReadAllText($"/proc/{orphan}/cmdline").Contains("sleep", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Leftovers_of_a_dead_run_are_swept()
    {
        await using var dead = LabProcess.Start("bash", ["-c", "tests/lab.sh --prefix fpc-$$- up 1"], workingDirectory: Repository.Root);
        Assert.Equal(0, await dead.WaitForExit(Patience));
        Assert.Contains($"fpc-{dead.Id}-router", Namespaces());

        await using var lab = await NetworkLab.Create(hosts: 1);

        Assert.DoesNotContain($"fpc-{dead.Id}-router", Namespaces());
    }

    [Fact]
    public async Task Caller_without_root_is_told_so()
    {
        await using var script = LabProcess.Start("setpriv", ["--reuid=65534", Repository.File("tests/lab.sh"), "up"]);

        Assert.Equal(2, await script.WaitForExit(Patience));
        Assert.Contains("need root", Assert.Single(script.Errors), StringComparison.Ordinal);
    }

    private static Task<LabProcess> Ping(LabHost host, string address) => host.Run(Patience, "fping", "-c1", "-t300", address);

    private static async Task<bool> Answers(LabHost host, string address) => (await Ping(host, address)).ExitCode == 0;

    private static string[] Namespaces() => [.. Directory.EnumerateFileSystemEntries("/run/netns").Select(path => Path.GetFileName(path))];
}
