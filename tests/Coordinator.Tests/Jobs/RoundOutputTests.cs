using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Sharding;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Coordinator.Tests.Leases;
using FpingCluster.Coordinator.Tests.Sharding;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit;
using Google.Protobuf;

namespace FpingCluster.Coordinator.Tests.Jobs;

/// <summary>What is made of the batches in the store: <see cref="RoundRows"/> and <see cref="RoundOutput"/>.</summary>
public sealed class RoundOutputTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();
    private readonly MemoryResultStore _store = new();
    private readonly RecordingLogger<RoundOutput> _logger = new();
    private readonly ShardMap _map = Lists.Map(100, bucket: 30);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_target_has_one_row_in_list_order()
    {
        var round = Round(missing: 0);

        var rows = Rows(RoundRows.Collect(_store, round, _map));

        Assert.Equal(_map.List.Addresses.ToArray(), rows.Select(row => row.Address));
        Assert.All(rows, row => Assert.Equal(TargetState.Up, row.State));
    }

    [Fact]
    public void Targets_of_a_missing_shard_are_unknown()
    {
        var round = Round(missing: 1);
        var missing = _map.Shards[0].Targets.ToArray().Select(target => _map.List.Addresses[target]).ToHashSet();

        var rows = Rows(RoundRows.Collect(_store, round, _map));

        Assert.Equal(100, rows.Count);
        Assert.All(rows, row => Assert.Equal(missing.Contains(row.Address) ? TargetState.Unknown : TargetState.Up, row.State));
    }

    [Fact]
    public void A_round_of_the_present_list_is_shown_with_it()
    {
        var round = Round(missing: 0);

        var rows = Rows(RoundRows.Collect(_store, round, _map.List));

        Assert.Equal(_map.List.Addresses.ToArray(), rows.Select(row => row.Address));
    }

    [Fact]
    public void A_round_of_a_former_list_is_shown_with_its_own_targets()
    {
        var round = Round(missing: 0);
        // Without the first ten, and with others; the rest in another order.
        var present = TargetList.FromAddresses(_map.List.Addresses[10..].ToArray().Reverse().Append(TargetAddress.Parse("10.9.9.9")));

        var rows = Rows(RoundRows.Collect(_store, round, present));

        Assert.Equal(present.Addresses[..90].ToArray(), rows.Take(90).Select(row => row.Address));
        Assert.Equal(_map.List.Addresses[..10].ToArray().ToHashSet(), rows.Skip(90).Select(row => row.Address).ToHashSet());
        Assert.All(rows, row => Assert.Equal(TargetState.Up, row.State));
    }

    [Fact]
    public void A_round_of_an_unknown_list_is_shown_all_the_same()
    {
        var rows = Rows(RoundRows.Collect(_store, Round(missing: 1), current: null));

        Assert.Equal(100, rows.Count);
        Assert.Equal(_map.Shards[0].TargetCount, rows.Count(row => row.State == TargetState.Unknown));
    }

    [Fact]
    public void Damaged_results_are_told_with_their_place()
    {
        var round = Round(missing: 1);
        var shard = _map.Shards[0];
        var other = ResultColumnsCodec.Encode(Samples.Up(_map.Shards[1], count: 2)).ToByteArray();
        _store.Append([new StoredBatch(round.Id, shard.Id, new LeaseEpoch(1), shard.Content, "a1", other)]);

        var error = Assert.Throws<StoreException>(() => RoundRows.Collect(_store, round, _map));

        Assert.Contains($"shard {shard.Id} in round {round.Id}", error.Message);
    }

    [Fact]
    public void The_file_has_a_line_for_each_target_and_no_trace_of_the_round_before()
    {
        File.WriteAllText(_folder["results.csv"], new string('x', 100_000));

        Write(Round(missing: 1), "results.csv", ResultFormat.Csv);

        var lines = File.ReadAllLines(_folder["results.csv"]);
        Assert.Equal(101, lines.Length);
        Assert.Equal(_map.Shards[0].TargetCount, lines.Count(line => line.Contains(",unknown,", StringComparison.Ordinal)));
        Assert.Equal(["results.csv", "targets.csv"], Directory.GetFiles(Path.GetDirectoryName(_folder["results.csv"])!).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void The_format_of_pyfping_grows_from_round_to_round_and_what_it_cannot_say_is_told()
    {
        Write(Round(missing: 1), "results.txt", ResultFormat.Pyfping);
        Write(Round(missing: 0), "results.txt", ResultFormat.Pyfping);

        Assert.Equal(200 - _map.Shards[0].TargetCount, File.ReadAllLines(_folder["results.txt"]).Length);
        Assert.Contains($"Unknown and left out: {_map.Shards[0].TargetCount} targets", Assert.Single(_logger.Entries).Message);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_told()
    {
        var round = Round(missing: 0);

        Assert.Throws<OutputException>(() => Write(round, "no/such/folder/results.csv", ResultFormat.Csv));
    }

    [Fact]
    public void A_job_without_an_output_writes_nothing()
    {
        var round = Round(missing: 0);

        new RoundOutput(_store, _logger).Write(Outcome(round, ClusterStory.Job()));

        Assert.Equal(["targets.csv"], Directory.GetFiles(Path.GetDirectoryName(_folder["results.csv"])!).Select(Path.GetFileName));
    }

    private RoundRecord Round(int missing)
    {
        var round = ActiveRound.Open(_store, new RoundOrder(ClusterStory.Job(), _map, Deadline: null, RateCap: null), new FakeTimeProvider());
        _store.Append([.. _map.Shards.Skip(missing).Select(shard => Batch(round.Briefing.Id, shard)).Reverse()]);
        _store.CloseRound(round.Briefing.Id, StoreSamples.Start.AddSeconds(60), StoreSamples.Summary());
        return _store.FindRound(round.Briefing.Id)!;
    }

    private static StoredBatch Batch(RoundId round, Shard shard) =>
        new(round, shard.Id, new LeaseEpoch(1), shard.Content, "a1", ResultColumnsCodec.Encode(Samples.Up(shard)).ToByteArray());

    private static List<(TargetAddress Address, TargetState State)> Rows(ListedResults results) =>
        [.. results.Rows(StoreSamples.Start).Select(row => (row.Address, row.State))];

    private void Write(RoundRecord round, string file, ResultFormat format) =>
        new RoundOutput(_store, _logger).Write(Outcome(round, ClusterStory.Job() with { Output = new JobOutput(_folder[file], format) }));

    private RoundOutcome Outcome(RoundRecord round, Job job) => new(round.Id, job, _map, new RoundTally(), round.Summary!);
}
