using FpingCluster.Shared.Targets;
using FpingCluster.TestKit;

namespace FpingCluster.Shared.Tests.Targets;

public sealed class HostNameTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("gate")]
    [InlineData("gate-7.example.com")]
    [InlineData("3com")]
    [InlineData("7.gate")]
    [InlineData("ip-10-0-0-1")]
    [InlineData("1.2.3.4.example")]
    [InlineData("1.2.3.4-host.example")]
    [InlineData("xn--zrich-kva.example")]
    public async Task Host_name_becomes_its_address_and_is_the_name(string name)
    {
        var list = await Reading.AcceptedAsync(name, (name, "10.0.0.1"));

        Assert.Equal([$"10.0.0.1 {name}"], Reading.Rows(list));
    }

    [Fact]
    public async Task Name_column_and_labels_are_kept_for_a_host_name()
    {
        var list = await Reading.AcceptedAsync("address,name,site\ngate.,door,rome\n10.0.0.9,x,bern", ("gate", "10.0.0.1"));

        Assert.Equal(["10.0.0.9 x bern", "10.0.0.1 door rome"], Reading.Rows(list));
    }

    [Fact]
    public async Task Name_with_both_families_becomes_its_IPv4_address()
    {
        var list = await Reading.AcceptedAsync("both\nsix", ("both", "2001:db8::1"), ("both", "10.0.0.1"), ("both", "10.0.0.2"), ("six", "2001:db8::6"));

        Assert.Equal(["10.0.0.1 both", "2001:db8::6 six"], Reading.Rows(list));
    }

    [Fact]
    public async Task Name_without_an_address_is_unresolved_and_no_error()
    {
        var reading = await Reading.OfAsync("address,name,site\n10.0.0.1,a,x\nnowhere,b,rome\nmany,,\n", ("many", "224.0.0.5"));

        Assert.Equal(1, reading.List!.Count);
        Assert.Equal([("nowhere", "b", 3, "no such host name"), ("many", "many", 4, "it resolves to 224.0.0.5, a multicast address (224.0.0.0/4), which is never pinged")],
            reading.List.Unresolved.Select(host => (host.HostName, host.Name, host.Line, host.Error)));
        Assert.Equal(["rome"], reading.List.Unresolved[0].Labels);
        Assert.StartsWith(
            "targets without an address for its host name, and so unknown: 2 (t.csv:3 nowhere (no such host name), t.csv:4 many (",
            Assert.Single(reading.Warnings),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_of_unresolved_names_alone_is_accepted()
    {
        var list = await Reading.AcceptedAsync("nowhere");

        Assert.Equal(0, list.Count);
        Assert.Single(list.Unresolved);
    }

    [Fact]
    public async Task Name_that_comes_again_is_asked_once_and_counted_as_a_duplicate()
    {
        var names = new FakeNameResolver(("gate", "10.0.0.1"), ("door", "10.0.0.1"));
        var reading = await Reading.OfAsync("gate\nGATE.\ndoor\n"u8.ToArray(), names);

        Assert.Equal(["10.0.0.1 gate"], Reading.Rows(reading.List!));
        Assert.Equal(2, reading.Duplicates);
        Assert.Equal(["door", "gate"], names.Asked.Order());
    }

    [Fact]
    public async Task Names_are_asked_for_32_at_a_time()
    {
        var hosts = Enumerable.Range(0, 100).Select(i => $"host-{i}").ToArray();
        var names = new FakeNameResolver([.. hosts.Select((host, i) => (host, $"10.0.0.{i}"))]) { Holds = true };
        var reading = new TargetListReader(names).ReadAsync(TargetInput.FromArguments(hosts), 1, CancellationToken.None);

        for (var i = 0; i < 32; i++)
        {
            Assert.True(await names.Started.WaitAsync(Patience), $"only {i} names were asked for");
        }

        Assert.Equal(32, names.Asked.Count);
        names.Release();
        var list = (await reading.WaitAsync(Patience)).List!;

        Assert.Equal(hosts, Enumerable.Range(0, list.Count).Select(list.NameOf));
        Assert.Equal(32, names.MaxRunning);
    }

    [Fact]
    public async Task Name_that_is_not_answered_within_5_seconds_is_unresolved()
    {
        var time = new FakeTimeProvider();
        var names = new FakeNameResolver();
        var reading = new TargetListReader(names, time: time).ReadAsync(TargetInput.FromArguments(["silent"]), 1, CancellationToken.None);
        Assert.True(await names.Started.WaitAsync(Patience));

        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(reading.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal("no answer within 5 s", Assert.Single((await reading.WaitAsync(Patience)).List!.Unresolved).Error);
    }

    [Fact]
    public async Task Cancellation_ends_the_resolution()
    {
        using var cancellation = new CancellationTokenSource();
        var names = new FakeNameResolver();
        var reading = new TargetListReader(names).ReadAsync(TargetInput.FromArguments(["silent"]), 1, cancellation.Token);
        Assert.True(await names.Started.WaitAsync(Patience));

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Patience));
    }
}
