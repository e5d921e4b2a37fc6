namespace FpingCluster.Shared.Targets;

/// <summary>The addresses of a host name; without any, <paramref name="Error"/> says why.</summary>
public sealed record NameAnswer(IReadOnlyList<TargetAddress> Addresses, string Error = "the name has no address");
