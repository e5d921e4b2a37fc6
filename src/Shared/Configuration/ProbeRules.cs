using System.Text;

namespace FpingCluster.Shared.Configuration;

/// <summary>The bounds of a probe. Each message names the key, the value, the bound and the remedy.</summary>
public static class ProbeRules
{
    /// <summary>fping 5.1 keeps this many sequence numbers a process; a bucket that needs more ends it with exit code 4.</summary>
    public const int FpingSequences = 65_535;

    public const int MaxCount = 1_000;
    public const int MaxSize = 65_000;

    /// <summary>Bytes, in UTF-8.</summary>
    public const int MaxText = 500;

    /// <summary>Bytes at the begin of the payload by which the raw engine knows its replies; a text comes behind them.</summary>
    public const int TokenLength = 12;

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

        foreach (var defect in probe.Text is { } text ? CheckText(text, probe) : [])
        {
            yield return defect;
        }

        if (probe.Engine == EngineKind.Fping && (long)probe.Bucket * probe.Count > FpingSequences)
        {
            yield return ("bucket", $"bucket {probe.Bucket} x count {probe.Count} is {(long)probe.Bucket * probe.Count}, but one fping process has only " +
                $"{FpingSequences} sequence numbers; lower bucket to {FpingSequences / Math.Max(1, probe.Count)} or less, or count");
        }
    }

    private static IEnumerable<(string Key, string Message)> CheckText(string text, Probe probe)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes is < 1 or > MaxText || text.Any(char.IsControl))
        {
            yield return ("text", $"text has {bytes} bytes; it must be 1 to {MaxText} bytes without control characters");
        }
        else if (probe.Size < TokenLength + bytes)
        {
            yield return ("size", $"size is {probe.Size}, but the text '{text}' takes {bytes} bytes behind the {TokenLength} by which replies are known; " +
                $"raise size to {TokenLength + bytes} or more, or shorten the text");
        }

        if (probe.Engine == EngineKind.Fping)
        {
            yield return ("text", "text is for the raw engine, fping cannot send one; set engine to raw or auto, or remove the text");
        }
    }
}
