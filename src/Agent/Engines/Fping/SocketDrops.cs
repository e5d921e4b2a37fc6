namespace FpingCluster.Agent.Engines.Fping;

/// <summary>One ICMP socket and how many packets the kernel dropped because its receive buffer was full.</summary>
internal sealed record SocketDrops(long Inode, int Uid, SocketMode Mode, long Drops);
