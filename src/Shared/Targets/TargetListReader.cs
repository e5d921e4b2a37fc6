using FpingCluster.Shared.Targets.Reading;

namespace FpingCluster.Shared.Targets;

/// <summary>
/// Reads target lists: CSV (RFC 4180, a field ends on its line) or one target a line; the first column, or the one headed "address",
/// holds an address, a CIDR (all its addresses), a range a-b or a host name. A header names the columns: address, name, and labels.
/// Without a header they are the address, the name, and labels called label2, label3 and so on.
/// </summary>
/// <param name="names">Asked for the host names once the whole list is read without error.</param>
/// <param name="exclude">Left out and counted, wherever they come from.</param>
/// <param name="time">Bounds the wait for a name.</param>
public sealed class TargetListReader(INameResolver names, AddressSet? exclude = null, TimeProvider? time = null)
{
    private readonly NameResolution _names = new(names, time ?? TimeProvider.System);

    public Task<TargetListReading> ReadAsync(TargetInput input, long version, CancellationToken cancellation) =>
        ReadAsync([input], version, cancellation);

    /// <summary>Reads several texts, one after the other, into one list.</summary>
    public async Task<TargetListReading> ReadAsync(IReadOnlyList<TargetInput> inputs, long version, CancellationToken cancellation)
    {
        var errors = new ErrorCollector();
        var builder = new TargetListBuilder(exclude ?? AddressSet.Empty);
        var source = string.Join(", ", inputs.Select(input => input.Source));
        foreach (var input in inputs)
        {
            await ReadAsync(input, builder, errors, cancellation);
        }

        if (errors.Count == 0)
        {
            await ResolveAsync(builder, errors, cancellation);
        }

        if (errors.Count == 0 && builder.IsEmpty)
        {
            errors.Add(new SourceLine(source, 0), builder.Excluded.Count > 0
                ? $"all {builder.Excluded.Count:N0} targets are left out by the exclude list; shorten that, or add targets"
                : "there are no targets; put an address, a CIDR, a range a-b or a host name on each line");
        }

        return errors.Count > 0
            ? new TargetListReading { Errors = errors.Errors, ErrorCount = errors.Count }
            : Accept(builder, version, source);
    }

    private static async Task ReadAsync(TargetInput input, TargetListBuilder builder, ErrorCollector errors, CancellationToken cancellation)
    {
        try
        {
            await using var stream = input.Open();
            using var lines = new LineReader(stream);
            var rows = new RowReader(input.Source, builder, errors);
            while (!rows.IsFull && await lines.FillAsync(cancellation))
            {
                while (!rows.IsFull && lines.TryNext(out var line))
                {
                    rows.Read(line, lines.Number, lines.IsTooLong);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add(new SourceLine(input.Source, 0), $"cannot be read: {e.Message}");
        }
    }

    private async Task ResolveAsync(TargetListBuilder builder, ErrorCollector errors, CancellationToken cancellation)
    {
        PendingHost[] hosts = [.. builder.Hosts];
        var answers = await _names.ResolveAllAsync([.. hosts.Select(host => host.HostName)], cancellation);
        foreach (var (host, answer) in hosts.Zip(answers))
        {
            if (!NameResolution.TryChoose(answer, out var address, out var error))
            {
                builder.AddUnresolved(host, error);
            }
            else if (!builder.TryAddResolved(host, address))
            {
                errors.Add(host.Place, RowReader.TooManyTargets);
                return;
            }
        }
    }

    private static TargetListReading Accept(TargetListBuilder builder, long version, string source)
    {
        (Tally Tally, string Text)[] left =
        [
            (builder.Duplicates, "named more than once and kept once"),
            (builder.Excluded, "left out by the exclude list"),
            (builder.Unresolved, "without an address for its host name, and so unknown"),
        ];
        return new TargetListReading
        {
            List = builder.Build(version, source),
            Warnings = [.. left.Where(item => item.Tally.Count > 0).Select(item => $"targets {item.Text}: {item.Tally}")],
            HostNames = builder.Hosts.Count,
            Duplicates = builder.Duplicates.Count,
            Excluded = builder.Excluded.Count,
        };
    }
}
