using System.Net;
using System.Text;
using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Hosting;

/// <summary>Leaves the operator's token for commands of this user while the API is served; that it cannot is no reason not to serve.</summary>
internal sealed partial class LocalAccess(
    IServer server, HostSettings settings, SecurityFolder folder, TokenBook tokens, AuditLog audit, CertificateAuthority authority, ILogger<LocalAccess> logger) : IHostedLifecycleService
{
    private readonly LocalTokens? _local = LocalTokens.OfUser();
    private IPEndPoint? _left;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Before anybody is served.
        OperatorToken.Ensure(folder, tokens, audit);
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // The port is known now, also where any was asked for: the last address is the API's.
        var port = IPEndPoint.Parse(new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.Last()).Authority).Port;
        var api = new IPEndPoint(settings.Http!.Address, port);
        try
        {
            var ca = settings.Security.Tls is null ? Encoding.ASCII.GetBytes(authority.Certificate.ExportCertificatePem() + "\n") : null;
            _local?.Leave(api, OperatorToken.Ensure(folder, tokens, audit), ca);
            _left = api;
        }
        catch (OutputException exception)
        {
            Log.NotLeft(logger, exception.Message, folder.PathOf(OperatorToken.Name));
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_left is not null)
            {
                _local?.Remove(_left);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.NotRemoved(logger, exception.Message);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
