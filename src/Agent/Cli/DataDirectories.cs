namespace FpingCluster.Agent.Cli;

/// <summary>Where an agent keeps its identity when --data-dir does not say.</summary>
internal static class DataDirectories
{
    /// <summary>A service's place for root, the XDG base directories for everybody else.</summary>
    public static string Default(bool isRoot, Func<string, string?> environment)
    {
        if (isRoot)
        {
            return "/var/lib/fpingcluster-agent";
        }

        // A relative XDG_STATE_HOME is to be ignored, says the specification.
        var state = environment("XDG_STATE_HOME") is { } home && Path.IsPathRooted(home) ? home : Path.Combine(environment("HOME") ?? "/", ".local", "state");
        return Path.Combine(state, "fpingcluster", "agent");
    }
}
