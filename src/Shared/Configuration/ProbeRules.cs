namespace FpingCluster.Shared.Configuration;

/// <summary>The bounds of a probe. Each message names the key, the value, the bound and the remedy.</summary>
public static class ProbeRules
{
    /// <summary>fping 5.1 keeps this many sequence numbers a process; a bucket that needs more ends it with exit code 4.</summary>
    public const int FpingSequences = 65_535;

    public const int MaxCount = 1_000;
    public const int MaxSize = 65_000;
    public const int MaxBucket = 60_000;
    public const int MaxWorkers = 1_000;

    public static IEnumerable<(string Key, string Message)> Check(Probe probe)
    {
        if (probe.Count is < 1 or > MaxCount)
        {
            yield return ("count", $"count is {probe.Count}; it must be 1 to {MaxCount} pings per target");
        }

        if (probe.Period < TimeSpan.FromMilliseconds(1) || probe.Period > TimeSpan.FromMinutes(10))
        {
            yield return ("period", $"period is {Durations.Format(probe.Period)}; it must be 1ms to 10m");
        }

        if (probe.Timeout < TimeSpan.FromMilliseconds(1) || probe.Timeout > TimeSpan.FromMinutes(1))
        {
            yield return ("timeout", $"timeout is {Durations.Format(probe.Timeout)}; it must be 1ms to 1m");
        }

        if (probe.Size is < 0 or > MaxSize)
        {
            yield return ("size", $"size is {probe.Size}; it must be 0 to {MaxSize} bytes of ICMP payload");
        }

        if (probe.Bucket is < 1 or > MaxBucket)
        {
            yield return ("bucket", $"bucket is {probe.Bucket}; it must be 1 to {MaxBucket} targets");
        }

        if (probe.Workers is < 1 or > MaxWorkers)
        {
            yield return ("workers", $"workers is {probe.Workers}; it must be 1 to {MaxWorkers} fping processes");
        }

        if (probe.Interval is { } interval && (interval < TimeSpan.Zero || interval > TimeSpan.FromSeconds(1)))
        {
            yield return ("interval", $"interval is {Durations.Format(interval)}; it must be 0ms to 1s");
        }

        if (probe.Engine == EngineKind.Fping && (long)probe.Bucket * probe.Count > FpingSequences)
        {
            yield return ("bucket", $"bucket {probe.Bucket} x count {probe.Count} is {(long)probe.Bucket * probe.Count}, but one fping process has only " +
                $"{FpingSequences} sequence numbers; lower bucket to {FpingSequences / Math.Max(1, probe.Count)} or less, or count");
        }
    }
}
