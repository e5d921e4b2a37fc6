namespace FpingCluster.Coordinator.Tests.Security;

/// <param name="Pick">Which token, agent or time, modulo how many there are.</param>
internal sealed record TokenStep(TokenOperation Operation, int Pick);
