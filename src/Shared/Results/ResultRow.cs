using FpingCluster.Shared.Targets;

namespace FpingCluster.Shared.Results;

/// <summary>One target in one round, as every output format shows it. One object is filled again and again, so nothing may keep it.</summary>
public sealed class ResultRow
{
    public DateTimeOffset Time { get; set; }

    public TargetAddress Address { get; set; }

    /// <summary>Set instead of <see cref="Address"/> for a host name that has no address.</summary>
    public string? HostName { get; set; }

    public string Name { get; set; } = "";

    public int Sent { get; set; }

    public int Received { get; set; }

    /// <summary>One entry per sent ping, microseconds, 0 = lost.</summary>
    public ReadOnlyMemory<uint> RttsUs { get; set; }

    public TargetState State { get; set; }

    public IReadOnlyList<TargetReason> Reasons { get; set; } = [];

    /// <summary>Name of the agent that probed; empty when nobody did.</summary>
    public string Agent { get; set; } = "";

    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; set; } = [];
}
