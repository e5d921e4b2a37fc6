namespace FpingCluster.Shared.Results;

/// <summary>
/// The results of a shard's targets in one round, in columns, in the order of the shard's targets.
/// A ping counts as sent when it left this host and its fate is known, so sent - received is always loss in the network;
/// a target with sent = 0 is unknown.
/// </summary>
public sealed record ShardResult
{
    public required DateTimeOffset FinishedAt { get; init; }

    public required ushort[] Sent { get; init; }

    public required ushort[] Received { get; init; }

    /// <summary>Round-trip times in microseconds, 0 = lost; Sent[i] entries for target i, in the order of its pings, one target after the other.</summary>
    public required uint[] RttsUs { get; init; }

    /// <summary>Sparse, by rising target.</summary>
    public TargetReason[] Reasons { get; init; } = [];

    /// <summary>Pings whose fate this host itself obscured (a full socket buffer, for example).</summary>
    public int LocalDrops { get; init; }

    public int TargetCount => Sent.Length;

    public TargetState StateOf(int target) =>
        Received[target] > 0 ? TargetState.Up : Sent[target] > 0 ? TargetState.Down : TargetState.Unknown;

    /// <summary>Null when the columns agree with one another and with the shard; else what is wrong.</summary>
    public string? FindDefect(int targets, int count)
    {
        if (Sent.Length != targets || Received.Length != targets)
        {
            return $"columns of {Sent.Length} sent and {Received.Length} received for a shard of {targets} targets";
        }

        var offset = 0;
        for (var i = 0; i < targets; i++)
        {
            if (Sent[i] > count || Received[i] > Sent[i] || offset + Sent[i] > RttsUs.Length)
            {
                return $"target {i}: {Received[i]} received of {Sent[i]} sent with count {count} and {RttsUs.Length - offset} RTTs left";
            }

            var rtts = RttsUs.AsSpan(offset, Sent[i]);
            if (Sent[i] - rtts.Count(0u) != Received[i])
            {
                return $"target {i}: {Received[i]} received, but {Sent[i] - rtts.Count(0u)} RTTs";
            }

            offset += Sent[i];
        }

        if (offset != RttsUs.Length)
        {
            return $"{RttsUs.Length} RTTs for {offset} pings";
        }

        var stray = Array.FindIndex(Reasons, reason => (uint)reason.Target >= (uint)targets);
        return stray < 0 ? null : $"reason for target {Reasons[stray].Target} of {targets}";
    }
}
