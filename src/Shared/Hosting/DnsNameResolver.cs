using System.Net;
using System.Net.Sockets;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Shared.Hosting;

/// <summary>Asks the system: its hosts file, its name servers.</summary>
public sealed class DnsNameResolver : INameResolver
{
    public async Task<NameAnswer> ResolveAsync(string hostName, CancellationToken cancellation)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(hostName, cancellation);
            return new NameAnswer([.. addresses.Select(TargetAddress.From)]);
        }
        catch (SocketException e)
        {
            return new NameAnswer([], e.SocketErrorCode switch
            {
                SocketError.HostNotFound => "no such host name",
                SocketError.NoData => "the name has no address",
                SocketError.TryAgain => "the name server did not answer",
                _ => e.Message,
            });
        }
    }
}
