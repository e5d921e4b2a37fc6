using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using FpingCluster.Coordinator.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace FpingCluster.Coordinator.Hosting;

/// <summary>
/// TLS for a port: always offered. Plain text beside it only where it does not leave this host, or where the operator said --insecure. The first byte of a
/// connection tells which of the two it is.
/// </summary>
internal static class ListenerSecurity
{
    /// <summary>Agents are asked for their certificate and may have none yet; whether one is worth anything is judged here, what follows from it by who answers the call.</summary>
    public static void SecureForAgents(this ListenOptions endpoint, HostSettings settings)
    {
        var services = endpoint.ApplicationServices;
        Secure(endpoint, settings, PlainRefusal.HangUp, connection => new SslServerAuthenticationOptions
        {
            ServerCertificateContext = CertificateFor(services, connection),
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            ClientCertificateRequired = true,
            CertificateChainPolicy = AgentCertificates.NewPolicy(),
            RemoteCertificateValidationCallback = (_, certificate, chain, _) => TakeNote(services, connection, certificate as X509Certificate2, chain),
        });
    }

    [SuppressMessage("Security", "CA5359", Justification = "A connection that is ended here tells an agent no reason: what was judged is left to the calls, which do.")]
    private static bool TakeNote(IServiceProvider services, ConnectionContext connection, X509Certificate2? certificate, X509Chain? chain)
    {
        if (certificate is not null)
        {
            connection.Features.Set(services.GetRequiredService<AgentCertificates>().Judge(certificate, chain?.ChainPolicy.ExtraStore ?? []));
        }

        return true;
    }

    public static void SecureForClients(this ListenOptions endpoint, HostSettings settings)
    {
        var services = endpoint.ApplicationServices;
        Secure(endpoint, settings, PlainRefusal.NameHttps, connection => new SslServerAuthenticationOptions
        {
            ServerCertificateContext = CertificateFor(services, connection),
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        });
    }

    private static void Secure(
        ListenOptions endpoint, HostSettings settings, Func<ConnectionContext, Task> refuse, Func<ConnectionContext, SslServerAuthenticationOptions> optionsOf)
    {
        var takesPlain = settings.TakesPlain(endpoint.IPEndPoint!);
        ConnectionDelegate? withoutTls = null;
        var time = endpoint.ApplicationServices.GetRequiredService<TimeProvider>();
        endpoint.Use(withTls => connection => FirstByte.ChooseAsync(connection, withTls, takesPlain ? withoutTls! : refuse.Invoke, time));
        endpoint.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = context =>
            {
                var options = optionsOf(context.Connection);
                options.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
                // A resumed connection would bring the certificate of the first again, also when the agent has a new one.
                options.AllowTlsResume = false;
                options.AllowRenegotiation = false;
                return ValueTask.FromResult(options);
            },
        });
        // What follows here is the same with and without TLS: the way around it.
        endpoint.Use(next => withoutTls = next);
    }

    private static SslStreamCertificateContext CertificateFor(IServiceProvider services, ConnectionContext connection) =>
        services.GetRequiredService<IServerCertificate>().For((connection.LocalEndPoint as IPEndPoint)?.Address);
}
