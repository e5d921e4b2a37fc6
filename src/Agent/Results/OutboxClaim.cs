using FpingCluster.Shared.Leases;

namespace FpingCluster.Agent.Results;

/// <summary>What a Hello says of the outbox.</summary>
/// <param name="FirstUnacked">The oldest batch without an ack; the next one to come when all are acknowledged.</param>
/// <param name="Leases">
/// Those whose results wait for an ack, in the order of their numbers: still this agent's, as far as a coordinator that lost its memory is concerned.
/// </param>
internal sealed record OutboxClaim(ulong FirstUnacked, IReadOnlyList<LeaseKey> Leases);
