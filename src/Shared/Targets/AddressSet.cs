namespace FpingCluster.Shared.Targets;

/// <summary>The addresses of some ranges: sorted and merged, so a question costs one binary search.</summary>
public sealed class AddressSet
{
    public static readonly AddressSet Empty = new([]);

    private readonly AddressRange[] _ranges;

    public AddressSet(IEnumerable<AddressRange> ranges) => _ranges = Merge(ranges);

    public IReadOnlyList<AddressRange> Ranges => _ranges;

    public bool Contains(TargetAddress address)
    {
        int low = 0, high = _ranges.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (address < _ranges[middle].First)
            {
                high = middle - 1;
            }
            else if (address > _ranges[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    private static AddressRange[] Merge(IEnumerable<AddressRange> ranges)
    {
        var merged = new List<AddressRange>();
        foreach (var range in ranges.OrderBy(range => range.First))
        {
            if (merged.Count > 0 && Touches(merged[^1], range))
            {
                var last = range.Last > merged[^1].Last ? range.Last : merged[^1].Last;
                merged[^1] = merged[^1] with { Last = last };
            }
            else
            {
                merged.Add(range);
            }
        }

        return [.. merged];
    }

    private static bool Touches(AddressRange earlier, AddressRange later) =>
        earlier.Last.Value == UInt128.MaxValue || later.First.Value <= earlier.Last.Value + 1;
}
