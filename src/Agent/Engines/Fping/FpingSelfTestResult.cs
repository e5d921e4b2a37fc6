using System.Diagnostics.CodeAnalysis;

namespace FpingCluster.Agent.Engines.Fping;

/// <summary>Either what fping can do here, or why it cannot be used and what to do about it.</summary>
internal sealed record FpingSelfTestResult(FpingCapability? Capability, string? Error)
{
    [MemberNotNullWhen(true, nameof(Capability))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsUsable => Capability is not null;
}
