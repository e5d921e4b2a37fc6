namespace FpingCluster.Agent.Engines;

/// <summary>The kind of ICMP socket an engine got: raw sockets each receive every reply of the host, datagram sockets only their own.</summary>
internal enum SocketMode
{
    Unknown,
    Raw,
    Datagram,
}
