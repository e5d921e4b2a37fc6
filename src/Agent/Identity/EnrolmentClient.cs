using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Security;
using Google.Protobuf;
using Grpc.Core;

namespace FpingCluster.Agent.Identity;

/// <summary>Asks a coordinator for certificates.</summary>
internal sealed class EnrolmentClient(Uri coordinator, TimeProvider time)
{
    // Connecting included; signing takes a millisecond, and a disk writes it down.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How a join token names a CA.</summary>
    public static string PinOf(X509Certificate2 authority) => Base64Url.EncodeToString(SHA256.HashData(authority.PublicKey.ExportSubjectPublicKeyInfo()));

    /// <summary>The coordinator's CA, believed because the token names its key. Nothing is said before that is sure.</summary>
    /// <exception cref="CredentialsException">It is another one.</exception>
    [SuppressMessage("Security", "CA5359", Justification = "Whoever answers here is not known yet, and hears no more than that somebody asks.")]
    public async Task<X509Certificate2> AuthorityAsync(TokenText token, CancellationToken cancellationToken)
    {
        var tls = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true, AllowTlsResume = false };
        var reply = await AskAsync(tls, (client, options) => client.AuthorityAsync(new AuthorityRequest(), options), cancellationToken);
        return Pinned(Load(reply.CaCertificate), token);
    }

    public async Task<(X509Certificate2 Certificate, X509Certificate2 Authority)> EnrolAsync(
        SslClientAuthenticationOptions tls, TokenText token, AgentId agent, string name, ECDsa key, CancellationToken cancellationToken)
    {
        var request = new EnrolRequest
        {
            JoinToken = token.Reveal(),
            AgentId = ByteString.CopyFrom(agent.Value.ToByteArray(bigEndian: true)),
            Name = name,
            SigningRequest = SigningRequest(key),
        };
        var reply = await AskAsync(tls, (client, options) => client.EnrolAsync(request, options), cancellationToken);
        return (Load(reply.Certificate), Pinned(Load(reply.CaCertificate), token));
    }

    public async Task<(X509Certificate2 Certificate, X509Certificate2 Authority)> RenewAsync(SslClientAuthenticationOptions tls, ECDsa key, CancellationToken cancellationToken)
    {
        var request = new RenewRequest { SigningRequest = SigningRequest(key) };
        var reply = await AskAsync(tls, (client, options) => client.RenewAsync(request, options), cancellationToken);
        return (Load(reply.Certificate), Load(reply.CaCertificate));
    }

    private async Task<T> AskAsync<T>(
        SslClientAuthenticationOptions tls, Func<AgentEnrolment.AgentEnrolmentClient, CallOptions, AsyncUnaryCall<T>> ask, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        using var channel = CoordinatorChannel.Open(coordinator, tls);
        try
        {
            using var call = ask(new AgentEnrolment.AgentEnrolmentClient(channel), new CallOptions(cancellationToken: either.Token));
            return await call;
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RpcException exception) when (patience.IsCancellationRequested)
        {
            throw new CredentialsException($"no answer for {Patience.TotalSeconds} s", isFinal: false, exception);
        }
    }

    private static X509Certificate2 Pinned(X509Certificate2 authority, TokenText token) => PinOf(authority) == token.CaPin
        ? authority
        : throw new CredentialsException(
            "its CA is not the one that the join token names: it is another coordinator than the one the token comes from, or somebody in between; " +
            "check --coordinator and --token-file", isFinal: true);

    private static ByteString SigningRequest(ECDsa key) =>
        ByteString.CopyFrom(new CertificateRequest("CN=fping-agent", key, HashAlgorithmName.SHA256).CreateSigningRequest());

    private static X509Certificate2 Load(ByteString certificate)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(certificate.Span);
        }
        catch (CryptographicException exception)
        {
            throw new CredentialsException($"it answers with what is no certificate ({exception.Message.TrimEnd('.')})", isFinal: false, exception);
        }
    }
}
