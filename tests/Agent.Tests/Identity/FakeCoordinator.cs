using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Security;
using FpingCluster.TestKit.Certificates;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Tests.Identity;

/// <summary>Something on an https port of loopback that gives certificates, honestly or not, and remembers what it was told.</summary>
internal sealed class FakeCoordinator : IAsyncDisposable
{
    private WebApplication _app = null!;

    /// <summary>Issues what this gives, and is what it names as its CA.</summary>
    public TestAuthority Authority { get; } = new("Cluster CA");

    /// <summary>What it shows as its own; null: one that its CA issued.</summary>
    public X509Certificate2? Server { get; init; }

    /// <summary>What it says its CA is; null: its own.</summary>
    public TestAuthority? Claimed { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public Uri Url => new(_app.Urls.Single());

    public ConcurrentQueue<EnrolRequest> Enrolled { get; } = [];

    /// <summary>The certificates that were shown for a renewal.</summary>
    public ConcurrentQueue<X509Certificate2> Renewed { get; } = [];

    /// <summary>What the next call ends with, in place of its answer.</summary>
    public Status? Refusal { get; set; }

    public string JoinToken(TestAuthority? authority = null) =>
        TokenText.Make(TokenRole.Join, FpingCluster.Agent.Identity.EnrolmentClient.PinOf((authority ?? Authority).Certificate)).Reveal();

    [SuppressMessage("Security", "CA5359", Justification = "It takes whoever comes.")]
    public async Task<FakeCoordinator> StartAsync()
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificate = Server ?? Authority.IssueServer(),
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            // Kestrel's own options would not show a certificate that is none for servers.
            listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(options) });
        }));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<Desk>();
        await _app.StartAsync();
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Authority.Dispose();
    }

    private EnrolReply Issue(ByteString signingRequest, string agent)
    {
        if (Refusal is { } refusal)
        {
            Refusal = null;
            throw new RpcException(refusal);
        }

        var now = Time.GetUtcNow();
        using var certificate = Authority.Certify(signingRequest.ToByteArray(), agent, now, now.AddHours(24));
        return new EnrolReply { Certificate = ByteString.CopyFrom(certificate.RawData), CaCertificate = ByteString.CopyFrom((Claimed ?? Authority).Certificate.RawData) };
    }

    private sealed class Desk(FakeCoordinator coordinator) : AgentEnrolment.AgentEnrolmentBase
    {
        public override Task<AuthorityReply> Authority(AuthorityRequest request, ServerCallContext context) =>
            Task.FromResult(new AuthorityReply { CaCertificate = ByteString.CopyFrom((coordinator.Claimed ?? coordinator.Authority).Certificate.RawData) });

        public override Task<EnrolReply> Enrol(EnrolRequest request, ServerCallContext context)
        {
            coordinator.Enrolled.Enqueue(request);
            return Task.FromResult(coordinator.Issue(request.SigningRequest, new Guid(request.AgentId.Span, bigEndian: true).ToString("N")));
        }

        public override Task<EnrolReply> Renew(RenewRequest request, ServerCallContext context)
        {
            var shown = context.GetHttpContext().Connection.ClientCertificate!;
            coordinator.Renewed.Enqueue(shown);
            return Task.FromResult(coordinator.Issue(request.SigningRequest, shown.GetNameInfo(X509NameType.SimpleName, forIssuer: false)));
        }
    }
}
