using System.Globalization;

namespace FpingCluster.Agent.Engines.Simulated;

/// <summary>What the simulated network is like. Percentages are 0 to 100; the kinds of targets exclude one another, in the order they stand here.</summary>
internal sealed record SimulationSettings
{
    public const string Keys = "dead, unreachable, flapping, lossy, loss, rtt, time, seed";

    /// <summary>Percent of targets that never answer.</summary>
    public double Dead { get; init; } = 0.5;

    /// <summary>Percent of targets that a router answers for with an ICMP error.</summary>
    public double Unreachable { get; init; } = 0.2;

    /// <summary>Percent of targets that are up in one round and down in another.</summary>
    public double Flapping { get; init; } = 0.1;

    /// <summary>Percent of targets that lose <see cref="Loss"/> percent of their pings.</summary>
    public double Lossy { get; init; } = 1;

    public double Loss { get; init; } = 20;

    /// <summary>Median round-trip time in milliseconds; targets spread from a twentieth to ten times of it. 0 answers within a microsecond.</summary>
    public double Rtt { get; init; } = 20;

    /// <summary>False: no waiting and no pacing at all, results as fast as they can be made.</summary>
    public bool TakesTime { get; init; } = true;

    /// <summary>Another seed is another network.</summary>
    public ulong Seed { get; init; }

    /// <summary>Reads "dead=0,loss=5,rtt=0,time=0"; keys left out keep their defaults. Null when all is well, else every error.</summary>
    public static string? TryParse(string text, out SimulationSettings settings)
    {
        settings = new SimulationSettings();
        var errors = new List<string>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var (key, value) = Halves(part);
            if (!double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                errors.Add($"'{part}' is not key=number; keys are {Keys}");
            }
            else if (settings.With(key, number) is { } changed)
            {
                settings = changed;
            }
            else
            {
                errors.Add(FindFault(key, value));
            }
        }

        return errors.Count == 0 ? null : string.Join("; ", errors);
    }

    private SimulationSettings? With(string key, double value) => key switch
    {
        "dead" when value <= 100 => this with { Dead = value },
        "unreachable" when value <= 100 => this with { Unreachable = value },
        "flapping" when value <= 100 => this with { Flapping = value },
        "lossy" when value <= 100 => this with { Lossy = value },
        "loss" when value <= 100 => this with { Loss = value },
        "rtt" when value <= 60_000 => this with { Rtt = value },
        "time" when value is 0 or 1 => this with { TakesTime = value == 1 },
        "seed" when value < ulong.MaxValue && value == Math.Floor(value) => this with { Seed = (ulong)value },
        _ => null,
    };

    private static string FindFault(string key, string value) => key switch
    {
        "dead" or "unreachable" or "flapping" or "lossy" or "loss" => $"{key} is {value}; it must be 0 to 100 percent",
        "rtt" => $"rtt is {value}; it must be 0 to 60000 milliseconds",
        "time" => $"time is {value}; it must be 1 (as slow as a network) or 0 (no waiting)",
        "seed" => $"seed is {value}; it must be a whole number",
        _ => $"'{key}' is no key of a simulation; keys are {Keys}",
    };

    private static (string Key, string Value) Halves(string part)
    {
        var split = part.IndexOf('=');
        return split < 0 ? (part, "") : (part[..split].Trim(), part[(split + 1)..].Trim());
    }
}
