namespace FpingCluster.Agent.Engines.Raw;

/// <summary>What a host has dropped beside its sockets.</summary>
/// <param name="Backlog">What did not fit between network card and protocol.</param>
/// <param name="Outgoing">What was discarded on its way out, whether the sender was told or not.</param>
/// <param name="DamagedV4">ICMP packets with a wrong checksum, which datagram sockets do not see.</param>
/// <param name="DamagedV6">ICMPv6 packets with a wrong checksum, which no socket sees, and which raw sockets count among their drops.</param>
internal readonly record struct HostDropCounts(long Backlog, long Outgoing, long DamagedV4, long DamagedV6);
