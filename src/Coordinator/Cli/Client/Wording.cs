namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>Numbers and times as people read them; "-" where there is none.</summary>
internal static class Wording
{
    public const string None = "-";

    public static string Number(long? number) => number is { } value ? $"{value:N0}" : None;

    public static string Percent(double? percent) => percent is { } value ? $"{value:0.00}%" : None;

    public static string Rate(double? rate) => rate is { } value ? $"{value:N0}" : None;

    public static string Seconds(double? seconds) => seconds is { } value ? $"{value:N1}s" : None;

    /// <summary>Clocks of two hosts differ, so what comes from the future is now.</summary>
    public static string Ago(DateTimeOffset? then, DateTimeOffset now) => then switch
    {
        null => None,
        { } time when now - time < TimeSpan.FromSeconds(1) => "now",
        { } time => $"{Short(now - time)} ago",
    };

    public static string Until(DateTimeOffset? then, DateTimeOffset now) => then switch
    {
        null => None,
        { } time when time - now < TimeSpan.FromSeconds(1) => "now",
        { } time => $"in {Short(time - now)}",
    };

    /// <summary>How much time is left: none at all, or for ever, is told too.</summary>
    public static string End(DateTimeOffset? end, DateTimeOffset now) => end switch
    {
        null => "never",
        { } time when time <= now => "over",
        { } time => Short(time - now),
    };

    private static string Short(TimeSpan time) => time switch
    {
        { TotalMinutes: < 2 } => $"{(int)time.TotalSeconds}s",
        { TotalHours: < 2 } => $"{(int)time.TotalMinutes}m",
        { TotalDays: < 2 } => $"{(int)time.TotalHours}h",
        _ => $"{(int)time.TotalDays}d",
    };
}
