using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Cli;

/// <summary>The targets of a command line: its arguments, or a file.</summary>
internal static class PingTargets
{
    /// <summary>As many as one list may hold; a /64 typed by mistake is told rather than begun.</summary>
    private const int MaxTargets = 20_000_000;

    public static async Task<TargetList> ReadAsync(PingOptions options, CancellationToken cancellationToken)
    {
        if (options.File is not null && options.Targets.Count > 0)
        {
            throw new UserErrorException($"targets are given both as arguments and by --file {options.File}; give one of them");
        }

        return options.File is { } file ? await TargetFile.ReadAsync(file, cancellationToken) : FromArguments(options.Targets);
    }

    private static TargetList FromArguments(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
        {
            throw new UserErrorException("no targets; give addresses, CIDRs or ranges, or a file with -f");
        }

        var ranges = new List<AddressRange>();
        var errors = new List<string>();
        foreach (var argument in arguments)
        {
            if (AddressRange.TryParse(argument, out var range))
            {
                ranges.Add(range);
            }
            else
            {
                errors.Add($"'{argument}' is not an IPv4 or IPv6 address, CIDR or range; host names are read from a file (-f)");
            }
        }

        return errors.Count == 0 ? Expand("the command line", ranges) : throw new UserErrorException(string.Join('\n', errors));
    }

    public static TargetList Expand(string source, IReadOnlyList<AddressRange> ranges)
    {
        var total = UInt128.Zero;
        foreach (var range in ranges)
        {
            // Not range.Count: that of ::/0 does not fit into 128 bits.
            var more = range.Last.Value - range.First.Value;
            total += more < MaxTargets ? more + 1 : MaxTargets + 1;
            if (total > MaxTargets)
            {
                throw new UserErrorException($"{source}: {range} makes it more than {MaxTargets:N0} targets; give a smaller range");
            }
        }

        return AddressTargets.List(source, ranges.SelectMany(Addresses));
    }

    private static IEnumerable<TargetAddress> Addresses(AddressRange range)
    {
        for (var value = range.First.Value; value < range.Last.Value; value++)
        {
            yield return new TargetAddress(value);
        }

        yield return range.Last;
    }
}
