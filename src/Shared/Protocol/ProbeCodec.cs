using System.Diagnostics.CodeAnalysis;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Protocol.V1;

namespace FpingCluster.Shared.Protocol;

public static class ProbeCodec
{
    public static ProbeSettings Encode(Probe probe)
    {
        var settings = new ProbeSettings
        {
            Engine = EngineCodec.ToWord(probe.Engine),
            Count = (uint)probe.Count,
            PeriodUs = (uint)probe.Period.TotalMicroseconds,
            TimeoutUs = (uint)probe.Timeout.TotalMicroseconds,
            SizeBytes = (uint)probe.Size,
            Layout = probe.Layout == FpingLayoutKind.Pyfping ? "pyfping" : "auto",
            Workers = (uint)(probe.Workers ?? 0),
            Bucket = (uint)probe.Bucket,
            Text = probe.Text ?? "",
        };
        if (probe.Interval is { } interval)
        {
            settings.IntervalUs = (uint)interval.TotalMicroseconds;
        }

        return settings;
    }

    /// <summary>False when this version cannot do what is asked or a bound of <see cref="ProbeRules"/> is broken; <paramref name="defect"/> names all of them.</summary>
    public static bool TryDecode(ProbeSettings? settings, [NotNullWhen(true)] out Probe? probe, [NotNullWhen(false)] out string? defect)
    {
        probe = null;
        if (settings is null)
        {
            defect = "the probe is missing";
            return false;
        }

        var engine = EngineCodec.FromWord(settings.Engine);
        var layout = LayoutFromWord(settings.Layout);
        var decoded = new Probe
        {
            Engine = engine ?? EngineKind.Auto,
            Count = ToInt(settings.Count),
            Period = TimeSpan.FromMicroseconds(settings.PeriodUs),
            Timeout = TimeSpan.FromMicroseconds(settings.TimeoutUs),
            Size = ToInt(settings.SizeBytes),
            Layout = layout ?? FpingLayoutKind.Auto,
            Workers = settings.Workers == 0 ? null : ToInt(settings.Workers),
            Interval = settings.HasIntervalUs ? TimeSpan.FromMicroseconds(settings.IntervalUs) : null,
            Bucket = ToInt(settings.Bucket),
            Text = settings.Text.Length == 0 ? null : settings.Text,
        };
        List<string> defects = [.. ProbeRules.Check(decoded).Select(error => error.Message)];
        if (engine is null)
        {
            defects.Add($"engine is '{settings.Engine}'; this version knows auto, raw, fping and simulated");
        }

        if (layout is null)
        {
            defects.Add($"layout is '{settings.Layout}'; this version knows auto and pyfping");
        }

        defect = defects.Count == 0 ? null : string.Join("; ", defects);
        probe = defect is null ? decoded : null;
        return probe is not null;
    }

    private static FpingLayoutKind? LayoutFromWord(string word) => word switch
    {
        "auto" or "" => FpingLayoutKind.Auto,
        "pyfping" => FpingLayoutKind.Pyfping,
        _ => null,
    };

    // Out of every bound, so that ProbeRules names it rather than a cast hiding it.
    private static int ToInt(uint value) => value > int.MaxValue ? int.MaxValue : (int)value;
}
