namespace FpingCluster.Agent.Engines.Fping;

/// <summary>A bucket's process has ended: how, and what it had said.</summary>
/// <param name="Drops">Packets this host dropped at the process's sockets.</param>
/// <param name="MayHaveDropped">This host may have lost replies to it: its losses prove nothing.</param>
internal sealed record FpingBucketEnd(FpingBucket Bucket, FpingExit Exit, FpingOutput Output, long Drops, bool MayHaveDropped, SocketMode Mode);
