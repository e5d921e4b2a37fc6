namespace FpingCluster.Coordinator.Tests.Leases;

/// <summary>One operation of a random history; the picks are taken modulo what there is to choose from.</summary>
internal readonly record struct LeaseStep(LeaseOperation Operation, int Agent, int Pick);
