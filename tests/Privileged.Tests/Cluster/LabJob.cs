namespace FpingCluster.Privileged.Tests.Cluster;

/// <summary>One job of a <see cref="LabCluster"/>: five quick pings each unless it says otherwise.</summary>
internal sealed record LabJob(AddressBlock Targets)
{
    public string Name { get; init; } = "lab";

    public string Engine { get; init; } = "raw";

    public int Count { get; init; } = 5;

    public int Bucket { get; init; } = 500;

    /// <summary>As the file says it; null: once.</summary>
    public string? Every { get; init; }

    /// <summary>The label of the agents that may probe it; null: all may.</summary>
    public string? Site { get; init; }

    public string TargetFile => $"{Name}.txt";

    public string ResultFile => $"{Name}.csv";

    /// <summary>An entry of a file's list of jobs.</summary>
    public override string ToString() =>
        $"  - {{ name: {Name}, targets: {{ file: {TargetFile} }}, bucket: {Bucket}, output: {{ file: {ResultFile} }}" +
        $", probe: {{ engine: {Engine}, count: {Count}, period: 200ms, timeout: 300ms }}" +
        (Every is null ? "" : $", every: {Every}") + (Site is null ? "" : $", where: {{ site: {Site} }}") + " }";
}
