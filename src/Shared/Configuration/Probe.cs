namespace FpingCluster.Shared.Configuration;

/// <summary>What is done to each target of a round. Valid by construction of <see cref="ProbeRules"/>; never changed during a round.</summary>
public sealed record Probe
{
    public EngineKind Engine { get; init; } = EngineKind.Auto;

    /// <summary>Pings per target.</summary>
    public int Count { get; init; } = 5;

    /// <summary>From one ping of a target to its next.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A reply later than this is lost.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>ICMP payload in bytes, without the 8 bytes of ICMP header.</summary>
    public int Size { get; init; } = 12;

    /// <summary>Says in the payload who is pinging ("noc@example.com"); null: nothing. Only the raw engine can.</summary>
    public string? Text { get; init; }

    /// <summary>The engine that is asked for, where a text leaves no choice.</summary>
    public EngineKind WantedEngine => Engine == EngineKind.Auto && Text is not null ? EngineKind.Raw : Engine;

    public FpingLayoutKind Layout { get; init; } = FpingLayoutKind.Auto;

    /// <summary>Concurrent fping processes; null lets the layout choose.</summary>
    public int? Workers { get; init; }

    /// <summary>fping's gap between two pings of one process (-i); null lets the layout choose.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>The most targets in one shard, and in one fping process of the pyfping layout.</summary>
    public int Bucket { get; init; } = 500;
}
