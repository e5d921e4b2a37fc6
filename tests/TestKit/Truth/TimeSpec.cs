namespace FpingCluster.TestKit.Truth;

/// <summary>struct timespec.</summary>
internal struct TimeSpec
{
    public nint Seconds;
    public nint Nanoseconds;
}
