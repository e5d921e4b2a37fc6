namespace FpingCluster.Privileged.Tests.Cluster;

/// <summary>When something happened in a <see cref="LabCluster"/>: a timestamp, and how many lines the coordinator had written.</summary>
internal readonly record struct LabMoment(long Timestamp, int Line);
