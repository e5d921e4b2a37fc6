namespace FpingCluster.Coordinator.Tests.Models;

/// <summary>One operation of a random history; the pick is taken modulo what there is to choose from.</summary>
internal readonly record struct ClusterStep(ClusterOperation Operation, int Agent, int Pick);
