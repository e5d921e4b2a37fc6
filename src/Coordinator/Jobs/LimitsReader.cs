using FpingCluster.Coordinator.Jobs.Yaml;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Jobs;

internal static class LimitsReader
{
    public static Limits Read(YamlMap map)
    {
        var defaults = new Limits();
        var limits = new Limits
        {
            Rate = map.WholeNumber("rate", 1),
            PerAgent = map.WholeNumber("per_agent", 1) ?? defaults.PerAgent,
            PerPrefix = map.Map("per_prefix") is { } prefix ? ReadPrefix(prefix) : null,
            Exclude = map.Values<AddressRange>("exclude", "an address, a CIDR or a range a-b", static (text, out range) => AddressRange.TryParse(text, out range)),
            IOwnThese = map.Flag("i_own_these") ?? defaults.IOwnThese,
        };
        map.RejectUnknownKeys();
        return limits;
    }

    private static PrefixLimit ReadPrefix(YamlMap map)
    {
        map.Require("rate", "say how many pings per second one prefix may get");
        var limit = new PrefixLimit { Rate = map.WholeNumber("rate", 1) ?? 1 };
        limit = limit with
        {
            IPv4 = map.WholeNumber("ipv4", 1, 32) ?? limit.IPv4,
            IPv6 = map.WholeNumber("ipv6", 1, 128) ?? limit.IPv6,
        };
        map.RejectUnknownKeys();
        return limit;
    }
}
