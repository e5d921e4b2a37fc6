namespace FpingCluster.Shared.Configuration;

/// <summary>How the fping engine cuts its work: the seed's numbers, or whatever reaches the wanted rate at the least cost.</summary>
public enum FpingLayoutKind
{
    Auto,
    Pyfping,
}
