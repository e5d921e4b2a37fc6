namespace FpingCluster.Benchmarks.Soak;

/// <summary>What the long-lived processes hold and how large the database is, at the end of one round.</summary>
/// <param name="Witness">The agent that no fault ever hits.</param>
internal readonly record struct SoakSample(Footprint Coordinator, Footprint Witness, long StoreBytes);
