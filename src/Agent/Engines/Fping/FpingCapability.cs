namespace FpingCluster.Agent.Engines.Fping;

/// <summary>What the self-test proved: this fping pings and its drop counters can be read.</summary>
internal sealed record FpingCapability(string Path, Version Version, SocketMode SocketMode, bool IPv6);
