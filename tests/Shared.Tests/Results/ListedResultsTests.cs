using System.Text;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;
using FpingCluster.Shared.Tests.Targets;

namespace FpingCluster.Shared.Tests.Results;

public class ListedResultsTests
{
    private static readonly TargetList List = Reading.AcceptedAsync(
        "address,name,site\n10.0.0.1,,berlin\n10.0.0.2,,köln\n10.0.0.3,,berlin\n10.0.0.4,,köln\n10.0.0.5,,berlin\ngw.example,gateway,bonn\n")
        .GetAwaiter().GetResult();

    [Fact]
    public void Rows_come_in_list_order_whatever_the_order_of_the_shards()
    {
        var results = new ListedResults(List);
        results.Add([4, 1], Shards.Result([5000, 0], [2000]), "b");
        results.Add([3, 0], Shards.Result([], [1000, 1500]) with { Reasons = [new(0, ReasonKind.LocalDrop), new(1, ReasonKind.Duplicate, 1)] }, "a");

        Assert.Equal(
            [
                "10.0.0.1 Up a [1000,1500] duplicates 1 berlin",
                "10.0.0.2 Up b [2000]  köln",
                "10.0.0.3 Unknown  [] not-probed berlin",
                "10.0.0.4 Unknown a [] local-drop köln",
                "10.0.0.5 Up b [5000,0]  berlin",
                "gw.example Unknown  [] name-not-resolved bonn",
            ],
            results.Rows(Rows.Time).Select(Describe));
    }

    [Fact]
    public void Missing_counts_targets_without_a_result_and_unresolved_names()
    {
        var results = new ListedResults(List);
        Assert.Equal(6, results.Missing);
        results.Add([2, 3], Shards.Result([1], [0]), "a");
        Assert.Equal(4, results.Missing);
    }

    [Fact]
    public void Second_result_of_a_target_is_refused_and_changes_nothing()
    {
        var results = new ListedResults(List);
        results.Add([0], Shards.Result([1000]), "a");
        Assert.Throws<ArgumentException>(() => results.Add([1, 0], Shards.Result([1], [1]), "b"));
        Assert.Equal(5, results.Missing);
        Assert.Equal("10.0.0.2 Unknown  [] not-probed köln", Describe(results.Rows(Rows.Time).ElementAt(1)));
    }

    [Fact]
    public void Result_of_another_size_than_the_shard_is_refused() =>
        Assert.Throws<ArgumentException>(() => new ListedResults(List).Add([0, 1], Shards.Result([1]), "a"));

    [Fact]
    public void Unprobed_row_bears_the_time_of_closing_and_probed_ones_their_own()
    {
        var results = new ListedResults(List);
        results.Add([0], Shards.Result([1000]), "a");
        var closedAt = Rows.Time.AddMinutes(1);
        Assert.Equal([Rows.Time, closedAt], results.Rows(closedAt).Take(2).Select(row => row.Time));
    }

    [Theory]
    [InlineData(ResultFormat.Table)]
    [InlineData(ResultFormat.Csv)]
    [InlineData(ResultFormat.Ndjson)]
    [InlineData(ResultFormat.Pyfping)]
    public async Task Rows_formatted_on_several_cpus_are_those_that_one_writer_writes(ResultFormat format)
    {
        const int targets = 100_000;
        var list = await Reading.AcceptedAsync($"address,name\n{string.Concat(Enumerable.Range(0, targets).Select(i => $"10.{i >> 16}.{i >> 8 & 255}.{i & 255},n{i % 77777}\n"))}gw.example,gateway\n");
        var results = new ListedResults(list);
        int[] probed = [.. Enumerable.Range(0, targets).Where(target => target % 3 > 0)];
        results.Add(probed, Shards.Result([.. probed.Select(target => new[] { (uint)target % 5000, 0u, (uint)target })]), "a");

        var (expected, skipped) = Written(format, writer =>
        {
            writer.Begin();
            foreach (var row in results.Rows(Rows.Time))
            {
                writer.Write(row);
            }

            writer.Finish();
        });

        Assert.Equal((expected, skipped), Written(format, writer => results.WriteTo(writer, Rows.Time)));
    }

    private static (string Text, int Skipped) Written(ResultFormat format, Action<IResultWriter> write)
    {
        var stream = new MemoryStream();
        using var writer = ResultWriters.Create(format, stream);
        write(writer);
        return (Encoding.UTF8.GetString(stream.ToArray()), writer.Skipped);
    }

    private static string Describe(ResultRow row) =>
        $"{row.HostName ?? row.Address.ToString()} {row.State} {row.Agent} [{string.Join(',', row.RttsUs.ToArray())}] {ReasonText.Of(row.Address, row.Reasons)} " +
        string.Join(',', row.Labels.Select(label => label.Value));
}
