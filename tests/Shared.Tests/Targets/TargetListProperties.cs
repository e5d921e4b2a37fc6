using System.Text;
using FpingCluster.Shared.Targets;
using FsCheck;
using FsCheck.Fluent;

namespace FpingCluster.Shared.Tests.Targets;

public sealed class TargetListProperties
{
    private static readonly Gen<TargetAddress> Addresses = Gen.OneOf(
        ArbMap.Default.GeneratorFor<uint>().Select(TargetAddress.FromIPv4),
        ArbMap.Default.GeneratorFor<ulong>().Two().Select(pair => new TargetAddress(new UInt128(pair.Item1, pair.Item2))));

    private static readonly Gen<string> Texts = Gen.Elements('a', 'Z', '7', ' ', ',', '"', '#', '.', 'ü', '漢', '\t')
        .ArrayOf()
        .Select(chars => new string(chars));

    private static readonly Gen<Row> Rows =
        Addresses.Where(address => !NeverPinged.Addresses.Contains(address)).SelectMany(address => Texts.Two().Select(pair => new Row(address, pair.Item1, pair.Item2)));

    // Bytes that mean something to the reader, among any others.
    private static readonly Gen<byte[]> Bytes = Gen.OneOf(
            Gen.Elements("0123456789./:-,\"#\n\r\t address"u8.ToArray()),
            ArbMap.Default.GeneratorFor<byte>())
        .ArrayOf();

    [Fact]
    public void List_that_is_written_reads_back_the_same() =>
        Prop.ForAll(Rows.NonEmptyListOf().ToArbitrary(), rows =>
        {
            Row[] distinct = [.. rows.DistinctBy(row => row.Address)];
            var text = string.Concat(rows.Select(row => $"{row.Address},{Quote(row.Name)},{Quote(row.Label)}\r\n"));
            var list = Reading.AcceptedAsync("address,name,site\r\n" + text).GetAwaiter().GetResult();

            Assert.Equal(distinct, Enumerable.Range(0, list.Count).Select(target => new Row(list.Addresses[target], list.NameOf(target), list.LabelOf(target, 0))));
            Assert.All(distinct, (row, index) => Assert.Equal(index, list.IndexOf(row.Address)));
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Bytes_of_any_kind_give_a_list_or_errors_with_places() =>
        Prop.ForAll(Bytes.ToArbitrary(), bytes =>
        {
            var reading = Reading.OfAsync(bytes).GetAwaiter().GetResult();

            Assert.Equal(reading.List is null, reading.ErrorCount > 0);
            Assert.All(reading.Errors, error => Assert.StartsWith("t.csv:", error, StringComparison.Ordinal));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Addresses_pack_and_unpack_to_the_same() =>
        Prop.ForAll(Addresses.ArrayOf().ToArbitrary(), addresses =>
        {
            TargetAddress[] ordered = [.. addresses.OrderByDescending(address => address.IsIPv4)];
            var packed = PackedAddresses.Pack(ordered);

            Assert.True(PackedAddresses.TryUnpack(packed.IPv4.Span, packed.IPv6.Span, out var unpacked, out _));
            Assert.Equal(ordered, unpacked);
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Address_that_is_written_reads_back_the_same() =>
        Prop.ForAll(Addresses.ToArbitrary(), address =>
        {
            var utf8 = new byte[45];
            var text = Encoding.UTF8.GetString(utf8, 0, address.Format(utf8));

            Assert.Equal(address, TargetAddress.Parse(text));
        }).Check(Config.QuickThrowOnFailure);

    private static string Quote(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private sealed record Row(TargetAddress Address, string Name, string Label);
}
