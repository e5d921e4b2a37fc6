namespace FpingCluster.Shared.Targets;

/// <summary>A target list of bare addresses, as a command line gives them.</summary>
public static class AddressTargets
{
    /// <param name="source">What stands for the list in messages.</param>
    /// <returns>Each address once, in the order given; without names and labels.</returns>
    public static TargetList List(string source, IEnumerable<TargetAddress> addresses)
    {
        var seen = new HashSet<TargetAddress>();
        return new TargetList(1, source, [.. addresses.Where(seen.Add)], Utf8Column.Empty, [], []);
    }
}
