using FpingCluster.Coordinator.Sharding;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Tests.Sharding;

internal static class Lists
{
    public static TargetList Of(params IEnumerable<TargetAddress> addresses) => TargetList.FromAddresses(addresses);

    /// <summary>So many neighbours from 10.0.0.0 on.</summary>
    public static TargetList IPv4(int count) => Of(Enumerable.Range(0, count).Select(i => TargetAddress.FromIPv4(0x0A00_0000u + (uint)i)));

    public static ShardMap Map(int count, int bucket) => ShardPlanner.Plan(IPv4(count), bucket);
}
