using FpingCluster.Agent.Engines.Raw.Native;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Agent.Engines.Raw;

/// <summary>A lane's ports, one for each address family that this host has.</summary>
internal sealed record PingPorts(IPingPort? IPv4, IPingPort? IPv6) : IDisposable
{
    /// <summary>Opens the sockets of all lanes, or of none.</summary>
    /// <param name="id">Of the first lane; those of the others follow.</param>
    /// <exception cref="UserErrorException">A lane gets no socket of this mode, not even for one family.</exception>
    public static List<PingPorts> OpenAll(int lanes, SocketMode mode, ushort id, int? receiveBuffer)
    {
        var opened = new List<PingPorts>();
        try
        {
            while (opened.Count < lanes)
            {
                opened.Add(Open(mode, (ushort)(id + opened.Count), receiveBuffer));
            }
        }
        catch
        {
            opened.ForEach(ports => ports.Dispose());
            throw;
        }

        return opened;
    }

    /// <summary>Opens the sockets of a lane.</summary>
    /// <exception cref="UserErrorException">No socket of this mode can be had, not even for one family.</exception>
    public static PingPorts Open(SocketMode mode, ushort id, int? receiveBuffer)
    {
        var ipv4 = IcmpSocket.TryOpen(ipv4: true, mode, id, out var errno, receiveBuffer);
        var ipv6 = IcmpSocket.TryOpen(ipv4: false, mode, id, out _, receiveBuffer);
        return ipv4 is null && ipv6 is null
            ? throw new UserErrorException($"no {mode.ToString().ToLowerInvariant()} ICMP socket: errno {errno}; fping-agent check says what this host permits")
            : new PingPorts(ipv4, ipv6);
    }

    /// <summary>Bytes that a socket of this host gets; null: there is none of either mode.</summary>
    public static int? ReceiveBuffer()
    {
        using var raw = IcmpSocket.TryOpen(ipv4: true, SocketMode.Raw, id: 0, out _);
        using var datagram = raw is null ? IcmpSocket.TryOpen(ipv4: true, SocketMode.Datagram, id: 0, out _) : null;
        return (raw ?? datagram)?.ReceiveBuffer;
    }

    public IPingPort? Of(bool ipv4) => ipv4 ? IPv4 : IPv6;

    public void Dispose()
    {
        IPv4?.Dispose();
        IPv6?.Dispose();
    }
}
