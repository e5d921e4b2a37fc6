using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Targets;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit;

namespace FpingCluster.Coordinator.Tests.Jobs;

public sealed class TargetLoaderTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();
    private readonly TargetCatalog _catalog = new();
    private readonly TableNames _names = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task LoadAsync_reads_the_list_and_cuts_it()
    {
        Write("127.0.0.0/24\n");

        var targets = await Loader().LoadAsync(default);

        Assert.Equal(256, targets.List.Count);
        Assert.Equal(256, targets.Map.Shards.Sum(shard => shard.TargetCount));
        Assert.Null(targets.RateCap);
        Assert.Same(targets, _catalog.Find("iot"));
    }

    [Fact]
    public async Task LoadAsync_of_an_unchanged_file_reads_nothing()
    {
        var loader = Loader();
        var first = await loader.LoadAsync(default);

        Assert.Same(first, await loader.LoadAsync(default));
    }

    [Fact]
    public async Task LoadAsync_of_a_changed_file_has_a_higher_version()
    {
        var loader = Loader();
        var first = await loader.LoadAsync(default);
        Write("127.0.0.1\n127.0.0.2\n");

        var second = await loader.LoadAsync(default);

        Assert.Equal(2, second.List.Count);
        Assert.True(second.List.Version > first.List.Version);
        Assert.Same(second, _catalog.Find("iot"));
    }

    [Fact]
    public async Task LoadAsync_of_a_file_of_the_same_length_sees_that_it_was_written()
    {
        var loader = Loader();
        await loader.LoadAsync(default);
        Write("127.0.0.2\n");

        Assert.Equal(TargetAddress.Parse("127.0.0.2"), (await loader.LoadAsync(default)).List.Addresses[0]);
    }

    [Fact]
    public async Task LoadAsync_refuses_more_than_a_million_public_addresses_that_nobody_says_are_his()
    {
        Write("10.0.0.0/16\n1.0.0.0/12\n");

        var refusal = (await Assert.ThrowsAsync<UserErrorException>(() => Loader().LoadAsync(default))).Message;

        Assert.Equal(
            $"{_folder["targets.csv"]}: 1,048,576 of the addresses are public (among them 1.0.0.0-1.0.255.255, 1.1.0.0-1.1.255.255, 1.2.0.0-1.2.255.255); more than 1,000,000 are pinged only " +
            "when they are yours, or their owners agreed: say so with limits.i_own_these: true (run also takes --i-own-these), or shorten the list",
            refusal);
        Assert.Equal(1_048_576 + 65_536, (await Loader(new Limits { IOwnThese = true }).LoadAsync(default)).List.Count);
    }

    [Fact]
    public async Task LoadAsync_keeps_the_old_list_when_the_new_one_is_of_too_many_public_addresses()
    {
        var loader = Loader();
        var old = await loader.LoadAsync(default);
        Write("1.0.0.0/12\n");

        Assert.Same(old, await loader.LoadAsync(default));
        Assert.Contains("1,048,576 of the addresses are public", Assert.Single(loader.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_asks_nobody_for_leave_when_nothing_is_sent()
    {
        Write("1.0.0.0/12\n");

        Assert.Equal(1_048_576, (await Loader(engine: EngineKind.Simulated).LoadAsync(default)).List.Count);
    }

    [Fact]
    public async Task LoadAsync_sees_that_the_file_behind_a_link_is_another_as_in_a_ConfigMap()
    {
        MountVersion("..1", "127.0.0.1\n");
        File.Delete(_folder["targets.csv"]);
        File.CreateSymbolicLink(_folder["targets.csv"], "..data/targets.csv");
        var loader = Loader();
        await loader.LoadAsync(default);

        File.Delete(_folder["..data"]);
        MountVersion("..2", "127.0.0.1\n127.0.0.2\n");

        Assert.Equal(2, (await loader.LoadAsync(default)).List.Count);
    }

    [Fact]
    public async Task LoadAsync_of_a_bad_file_keeps_the_old_list_and_says_why_until_it_is_good_again()
    {
        var loader = Loader();
        var old = await loader.LoadAsync(default);
        Write("127.0.0.1\n127.0.0.999\n");

        Assert.Same(old, await loader.LoadAsync(default));
        Assert.Same(old, await loader.LoadAsync(default));
        Assert.Contains("targets.csv:2", Assert.Single(loader.Problems));

        Write("127.0.0.3\n");
        Assert.Equal(TargetAddress.Parse("127.0.0.3"), (await loader.LoadAsync(default)).List.Addresses[0]);
        Assert.Empty(loader.Problems);
    }

    [Fact]
    public async Task LoadAsync_of_a_file_that_has_gone_keeps_the_old_list_and_takes_the_file_when_it_is_back()
    {
        var loader = Loader();
        var old = await loader.LoadAsync(default);
        File.Delete(_folder["targets.csv"]);
        Assert.Same(old, await loader.LoadAsync(default));
        Assert.Contains("no such file", Assert.Single(loader.Problems));

        Write("127.0.0.1\n127.0.0.2\n");

        Assert.Equal(2, (await loader.LoadAsync(default)).List.Count);
        Assert.Empty(loader.Problems);
    }

    [Fact]
    public async Task LoadAsync_of_a_bad_file_without_an_old_list_tells_all_that_is_wrong()
    {
        Write("127.0.0.1\n127.0.0.999\njunk!\n");

        var error = await Assert.ThrowsAsync<UserErrorException>(() => Loader().LoadAsync(default));

        Assert.Contains("targets.csv:2", error.Message);
        Assert.Contains("targets.csv:3", error.Message);
    }

    [Fact]
    public async Task LoadAsync_asks_for_host_names_before_every_round()
    {
        Write("gateway.example\n");
        _names.Answers["gateway.example"] = "127.0.0.1";
        var loader = Loader();
        Assert.Equal(TargetAddress.Parse("127.0.0.1"), (await loader.LoadAsync(default)).List.Addresses[0]);

        _names.Answers["gateway.example"] = "127.0.0.2";

        Assert.Equal(TargetAddress.Parse("127.0.0.2"), (await loader.LoadAsync(default)).List.Addresses[0]);
    }

    [Fact]
    public async Task LoadAsync_leaves_out_what_is_excluded_and_says_so()
    {
        Write("127.0.0.0/30\n");
        Assert.True(AddressRange.TryParse("127.0.0.2/31", out var excluded));
        var loader = Loader(new Limits { Exclude = [excluded] });

        Assert.Equal(2, (await loader.LoadAsync(default)).List.Count);
        Assert.Contains("exclude", Assert.Single(loader.Warnings));
    }

    [Fact]
    public async Task LoadAsync_turns_the_limit_of_a_prefix_into_a_rate()
    {
        Write("127.0.0.0/24\n127.0.1.0/24\n");

        Assert.Equal(320, (await Loader(new Limits { PerPrefix = new PrefixLimit { Rate = 200 } }).LoadAsync(default)).RateCap);
    }

    private TargetLoader Loader(Limits? limits = null, EngineKind engine = EngineKind.Auto) => new(
        ClusterStory.Job() with { TargetFile = _folder["targets.csv"], Probe = new Probe { Engine = engine, Bucket = 50 } }, limits ?? new Limits(), _catalog, _names, new FakeTimeProvider());

    private void MountVersion(string version, string text)
    {
        Directory.CreateDirectory(_folder[version]);
        File.WriteAllText(Path.Combine(_folder[version], "targets.csv"), text);
        File.CreateSymbolicLink(_folder["..data"], version);
    }

    // Each write has its own time of writing, however coarse the file system's clock is.
    private void Write(string text)
    {
        var before = File.Exists(_folder["targets.csv"]) ? File.GetLastWriteTimeUtc(_folder["targets.csv"]) : DateTime.UnixEpoch;
        _folder.Write("targets.csv", text);
        File.SetLastWriteTimeUtc(_folder["targets.csv"], before.AddSeconds(1));
    }

    private sealed class TableNames : INameResolver
    {
        public Dictionary<string, string> Answers { get; } = [];

        public Task<NameAnswer> ResolveAsync(string hostName, CancellationToken cancellation) =>
            Task.FromResult(new NameAnswer([TargetAddress.Parse(Answers[hostName])]));
    }
}
