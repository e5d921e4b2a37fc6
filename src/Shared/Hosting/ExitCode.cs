namespace FpingCluster.Shared.Hosting;

/// <summary>What our commands end with. Scripts rely on these values.</summary>
public static class ExitCode
{
    public const int Done = 0;

    /// <summary>Some target is unknown.</summary>
    public const int Incomplete = 1;

    public const int BadUsage = 2;

    public const int Rejected = 3;

    /// <summary>A fault of ours: the message says so and carries the stack trace (EX_SOFTWARE of sysexits.h).</summary>
    public const int Bug = 70;
}
