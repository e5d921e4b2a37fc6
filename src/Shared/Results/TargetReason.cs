using FpingCluster.Shared.Targets;

namespace FpingCluster.Shared.Results;

/// <summary>A reason of one target in a shard; a target has none, one or several.</summary>
/// <param name="Target">Index of the target in its shard.</param>
/// <param name="Detail">ICMP: type * 256 + code; SendError: errno; Duplicate: number of replies too many; else 0.</param>
/// <param name="Source">Who said it, where somebody did.</param>
public readonly record struct TargetReason(int Target, ReasonKind Kind, int Detail = 0, TargetAddress? Source = null)
{
    public static TargetReason Icmp(int target, byte type, byte code, TargetAddress source) =>
        new(target, ReasonKind.Icmp, type * 256 + code, source);
}
