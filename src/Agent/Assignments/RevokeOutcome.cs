using FpingCluster.Shared.Leases;

namespace FpingCluster.Agent.Assignments;

/// <param name="Returned">Not begun: the coordinator waits to hear that they are back.</param>
/// <param name="Cancelled">Begun: their results will be thrown away, without a word.</param>
internal sealed record RevokeOutcome(IReadOnlyList<LeaseKey> Returned, IReadOnlyList<LeaseKey> Cancelled);
