using System.Net.Sockets;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Fping;

namespace FpingCluster.Agent.Diagnostics;

/// <summary>Which ICMP sockets this process may open, and who else has some.</summary>
internal static class IcmpSockets
{
    /// <param name="open">Tries to open an ICMP socket of a type.</param>
    public static IEnumerable<Finding> Check(HostFiles files, Func<SocketType, SocketError> open)
    {
        // Counted before any engine is tried, which would open some itself.
        yield return Others(SocketTable.Read(files.ProcRoot).Count(socket => socket.Mode == SocketMode.Raw));
        yield return Raw(open(SocketType.Raw));
        yield return Datagram(open(SocketType.Dgram), files.ReadLine("proc/sys/net/ipv4/ping_group_range") ?? "not readable");
    }

    public static SocketError TryOpen(SocketType type)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, type, ProtocolType.Icmp);
            return SocketError.Success;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode;
        }
    }

    private static Finding Others(int count) => count == 0
        ? new("other raw ICMP sockets", "none", Verdict.Ok)
        : new("other raw ICMP sockets", $"{count}", Verdict.Limits,
            "each gets a copy of every reply, which costs CPU: stop the other programs that ping, or give the agent a network namespace of its own");

    private static Finding Raw(SocketError error) => error == SocketError.Success
        ? new("raw ICMP socket", "permitted", Verdict.Ok)
        : new("raw ICMP socket", Refused(error), Verdict.Missing,
            "the raw engine takes datagram sockets then, and fping one of its own if it has the right to (setcap cap_net_raw=ep): run as root, or add the capability NET_RAW");

    private static Finding Datagram(SocketError error, string range) => error == SocketError.Success
        ? new("datagram ICMP socket", $"permitted (net.ipv4.ping_group_range {range})", Verdict.Ok)
        : new("datagram ICMP socket", $"{Refused(error)} (net.ipv4.ping_group_range {range})", Verdict.Missing,
            "on one the raw engine needs no privilege at all: open them to every group with sysctl -w net.ipv4.ping_group_range=\"0 2147483647\"");

    private static string Refused(SocketError error) => error == SocketError.AccessDenied ? "not permitted" : $"not to be had: {error}";
}
