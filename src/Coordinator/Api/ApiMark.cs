namespace FpingCluster.Coordinator.Api;

/// <summary>Marks the endpoints of the API among those of the host.</summary>
internal sealed class ApiMark;
