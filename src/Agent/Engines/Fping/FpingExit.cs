namespace FpingCluster.Agent.Engines.Fping;

/// <summary>How an fping process ended.</summary>
/// <param name="ExitCode">128 + n when signal n ended it; null when it did not start or was killed by the watchdog.</param>
/// <param name="StartErrno">Why it could not be started.</param>
internal readonly record struct FpingExit(int? ExitCode, int? StartErrno = null)
{
    private const int EPERM = 1;
    private const int ENOENT = 2;
    private const int EACCES = 13;
    private const int SystemFailure = 4;
    private const int NotExecutable = 126;
    private const int NotFound = 127;
    private const int SignalBase = 128;

    /// <summary>0: all reachable, 1: some not, 2: some name did not resolve. All three: believe the output.</summary>
    public bool IsOrderly => ExitCode is 0 or 1 or 2;

    /// <summary>Starting it again would end the same way, so somebody else has to probe its shards.</summary>
    public bool IsHopeless(int linesReported) =>
        StartErrno is not null || (linesReported == 0 && ExitCode is SystemFailure or NotExecutable or NotFound);

    /// <summary>What happened and what to do about it.</summary>
    public string Explain(string path, IReadOnlyList<string> output)
    {
        var said = output.Count > 0 ? $"; it said: {string.Join(" | ", output)}" : "";
        return (StartErrno, ExitCode) switch
        {
            (ENOENT, _) or (_, NotFound) => $"{path} is not there{said}; install fping 4.2 or newer, or set its path",
            (EPERM, _) => $"{path} may not be started (EPERM): the file carries cap_net_raw, which this container's bounding set lacks; " +
                "grant NET_RAW, or use fping 5.2 or newer without file capabilities (setcap -r) and open net.ipv4.ping_group_range",
            (EACCES, _) or (_, NotExecutable) => $"{path} is not executable for this user{said}; chmod +x, or grant NET_RAW if the file carries cap_net_raw",
            ({ } errno, _) => $"{path} could not be started (errno {errno}); look at the limits on processes, open files and memory",
            (_, SystemFailure) => $"{path} got no ICMP socket or ran out of sequence numbers (exit code 4){said}; " + SocketRemedy,
            (_, null) => $"{path} hung and was killed{said}",
            (_, > SignalBase and var code) => $"{path} was ended by signal {code - SignalBase}{said}",
            (_, var code) => $"{path} ended with exit code {code}{said}",
        };
    }

    public const string SocketRemedy = "run 'setcap cap_net_raw=ep' on it and allow privilege escalation (allowPrivilegeEscalation: true, no no_new_privs), " +
        "or use fping 5.2 or newer without file capabilities and let net.ipv4.ping_group_range include this user's group";
}
