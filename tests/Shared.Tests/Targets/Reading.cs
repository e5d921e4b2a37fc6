using System.Text;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Shared.Tests.Targets;

/// <summary>Reads a text as a file called t.csv, and looks at what came of it.</summary>
internal static class Reading
{
    public static Task<TargetListReading> OfAsync(string text, params (string Name, string Address)[] names) =>
        OfAsync(Encoding.UTF8.GetBytes(text), new FakeNameResolver(names));

    public static Task<TargetListReading> OfAsync(byte[] bytes, INameResolver? names = null, AddressSet? exclude = null) =>
        new TargetListReader(names ?? new FakeNameResolver(), exclude).ReadAsync(Input("t.csv", bytes), 1, CancellationToken.None);

    public static TargetInput Input(string source, byte[] bytes) => new(source, () => new MemoryStream(bytes));

    public static async Task<TargetList> AcceptedAsync(string text, params (string Name, string Address)[] names)
    {
        var reading = await OfAsync(text, names);
        Assert.Empty(reading.Errors);
        Assert.Equal(0, reading.ErrorCount);
        return Assert.IsType<TargetList>(reading.List);
    }

    /// <summary>The only error of the text.</summary>
    public static async Task<string> RejectedAsync(byte[] bytes)
    {
        var reading = await OfAsync(bytes);
        Assert.Null(reading.List);
        Assert.Equal(1, reading.ErrorCount);
        return Assert.Single(reading.Errors);
    }

    public static Task<string> RejectedAsync(string text) => RejectedAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>"address name label label" for each target.</summary>
    public static string[] Rows(TargetList list) =>
        [.. Enumerable.Range(0, list.Count).Select(target => string.Join(' ', RowOf(list, target)).TrimEnd())];

    private static IEnumerable<string> RowOf(TargetList list, int target) =>
        [list.Addresses[target].ToString(), list.NameOf(target), .. list.LabelNames.Select((_, label) => list.LabelOf(target, label))];
}
