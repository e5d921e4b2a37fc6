namespace FpingCluster.Shared.Hosting;

/// <summary>What may be shown where.</summary>
public static class TerminalFeatures
{
    /// <summary>Colour on stdout: only on a terminal, and not against the user's NO_COLOR.</summary>
    public static bool StdoutHasColour => !Console.IsOutputRedirected && !IsDumb && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Whether a line on stderr can be drawn over.</summary>
    public static bool StderrRedraws => !Console.IsErrorRedirected && !IsDumb;

    private static bool IsDumb => Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb";
}
