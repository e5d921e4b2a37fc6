namespace FpingCluster.Coordinator.Cli;

/// <summary>Reads a whole target list for its mistakes; the path is absolute and the file was there a moment ago.</summary>
internal delegate Task<TargetListReport> TargetListCheck(string path, CancellationToken cancellationToken);
