namespace FpingCluster.Agent.Engines.Fping;

/// <summary>The kind of ICMP socket fping got: raw sockets each receive every reply of the host, datagram sockets only their own.</summary>
internal enum FpingSocketMode
{
    Unknown,
    Raw,
    Datagram,
}
