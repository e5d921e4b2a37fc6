using System.Runtime;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Benchmarks.Accuracy;

/// <summary>
/// Holds the garbage collector back while a run is measured. Each collection stopped the laboratory's thread for 10 to 40 ms: replies came so much later than
/// the truth said, and it looked like an error of the engine.
/// </summary>
internal sealed class CollectionPause : IDisposable
{
    // Some 700 bytes a target and 150 a ping; the largest run has 150,000 and 750,000.
    private const long Bytes = 1_000_000_000;

    private CollectionPause()
    {
    }

    public static CollectionPause Begin() => GC.TryStartNoGCRegion(Bytes)
        ? new CollectionPause()
        : throw new UserErrorException($"the laboratory needs {Bytes / 1_000_000} MB of memory for itself");

    public void Dispose()
    {
        if (GCSettings.LatencyMode != GCLatencyMode.NoGCRegion)
        {
            throw new InvalidOperationException($"the laboratory took more than {Bytes / 1_000_000} MB, so that its pauses are in the figures");
        }

        GC.EndNoGCRegion();
    }
}
