using System.Net;
using System.Net.NetworkInformation;
using System.Net.Security;
using System.Net.Sockets;
using FpingCluster.Coordinator.Jobs;

namespace FpingCluster.Coordinator.Security;

/// <summary>
/// A certificate of our own CA, under all names and addresses by which this host is reached; made anew when two thirds of its time are over or when the host has got an
/// address more. Its key is on no disk.
/// </summary>
internal sealed class OwnServerCertificate(CertificateAuthority authority, SecuritySettings settings, IReadOnlyList<IPAddress> listen, TimeProvider time) : IServerCertificate
{
    // A host may have any number of addresses (a router, a node with services on it), and a handshake carries them all.
    private const int MostInterfaceAddresses = 64;

    private readonly Lock _gate = new();
    private readonly Queue<IPAddress> _met = new();
    private volatile Issued? _current;

    public string? Trouble => null;

    public SslStreamCertificateContext For(IPAddress? local)
    {
        var address = local is null ? IPAddress.Loopback : Plain(local);
        if (_current is { } current && current.Serves(address, time.GetUtcNow()))
        {
            return current.Context;
        }

        lock (_gate)
        {
            if (_current is not { } latest || !latest.Serves(address, time.GetUtcNow()))
            {
                Meet(address);
                _current = latest = Issue();
            }

            return latest.Context;
        }
    }

    private void Meet(IPAddress address)
    {
        if (!_met.Contains(address))
        {
            _met.Enqueue(address);
        }

        if (_met.Count > MostInterfaceAddresses)
        {
            _met.Dequeue();
        }
    }

    private Issued Issue()
    {
        var named = settings.Names.Where(name => IPAddress.TryParse(name, out _)).Select(IPAddress.Parse);
        var own = listen.Any(IsAny) ? InterfaceAddresses() : [];
        HashSet<IPAddress> addresses =
            [IPAddress.Loopback, IPAddress.IPv6Loopback, .. listen.Where(address => !IsAny(address)).Select(Plain), .. named.Select(Plain), .. own, .. _met];
        HashSet<string> names =
            ["localhost", .. HostNames().Where(name => Uri.CheckHostName(name) == UriHostNameType.Dns), .. settings.Names.Where(name => !IPAddress.TryParse(name, out _))];
        var certificate = authority.IssueServer(names, addresses);
        return new Issued(
            SslStreamCertificateContext.Create(certificate, [authority.Certificate], offline: true),
            addresses,
            time.GetUtcNow() + CertificateLifetimes.Server * 2 / 3);
    }

    private static IEnumerable<string> HostNames()
    {
        var name = Dns.GetHostName();
        return [name, name.Split('.')[0]];
    }

    private static IEnumerable<IPAddress> InterfaceAddresses() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card.OperationalStatus != OperationalStatus.Down)
        .SelectMany(card => card.GetIPProperties().UnicastAddresses)
        .Select(unicast => Plain(unicast.Address))
        .Where(address => !address.IsIPv6LinkLocal)
        .Distinct()
        .Take(MostInterfaceAddresses);

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    // As a certificate has it: without a scope, and an IPv4 address as such.
    private static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes())
        : address;

    private sealed record Issued(SslStreamCertificateContext Context, HashSet<IPAddress> Addresses, DateTimeOffset RenewAt)
    {
        public bool Serves(IPAddress address, DateTimeOffset now) => now < RenewAt && Addresses.Contains(address);
    }
}
