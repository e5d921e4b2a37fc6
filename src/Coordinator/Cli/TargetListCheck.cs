using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Cli;

/// <summary>Reads a whole target list for its mistakes; the path is absolute and the file was there a moment ago.</summary>
/// <param name="exclude">Left out, as a run does.</param>
internal delegate Task<TargetListReport> TargetListCheck(string path, AddressSet exclude, CancellationToken cancellationToken);
