using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Leases;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Identity;

/// <summary>
/// What this agent shows its coordinators, and how it knows them: a certificate that it enrols for and renews, or one that others keep for it. One session at a time
/// asks for it.
/// </summary>
/// <param name="agent">Who this agent is; it may become another.</param>
internal sealed partial class AgentCredentials(
    CredentialOptions options, string dataDirectory, Func<AgentId> agent, string name, TimeProvider time, ILogger<AgentCredentials> logger)
{
    // A certificate that ran out is of use for renewal alone, and no coordinator renews one that is older.
    private static readonly TimeSpan RenewableFor = TimeSpan.FromDays(7);

    // Between two attempts to renew while the session is alive, and between two looks at the wall clock, which may jump.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMinutes(1);

    // In the lifetime of one certificate.
    private const int MostRenewals = 24;

    private readonly CertificateFolder _folder = new(dataDirectory);
    private readonly JoinTokenFile? _token = options.TokenFile is { } file ? new JoinTokenFile(file, logger) : null;
    private long? _renewedAt;

    /// <summary>What is missing for https, told before any work begins.</summary>
    /// <exception cref="UserErrorException">This agent could not prove itself.</exception>
    public void RequireMeans()
    {
        try
        {
            if (options.Certificate is not null)
            {
                ReadOutside();
                ReadAuthorities();
            }
            else if (FindKept() is null)
            {
                (_token ?? throw new CredentialsException(
                    "an https coordinator asks for a certificate, and this agent has none: give it a join token with --token-file ('fping-coordinator token create' makes one), " +
                    "or a certificate of your own with --certificate and --key", isFinal: true)).Require();
            }
        }
        catch (CredentialsException exception)
        {
            throw new UserErrorException(exception.Message, exception);
        }
    }

    /// <summary>What a session with this coordinator is dialled with. Enrols or renews before, if that is due.</summary>
    /// <exception cref="CredentialsException">There is nothing to dial with.</exception>
    /// <exception cref="RpcException">The coordinator does not give a certificate.</exception>
    public async Task<SslClientAuthenticationOptions> PrepareAsync(Uri coordinator, CancellationToken cancellationToken)
    {
        if (options.Certificate is not null)
        {
            return new CoordinatorTrust(ReadAuthorities(), time).Options(ReadOutside().ToShow());
        }

        var certificate = FindKept() is { } kept ? await FreshAsync(coordinator, kept, cancellationToken) : await EnrolAsync(coordinator, cancellationToken);
        return Trust().Options(certificate.ToShow());
    }

    /// <summary>Ends when this agent has renewed its certificate, so that it is time to dial again. While that fails it is tried again for ever: the session lives.</summary>
    public async Task RenewWhenDueAsync(Uri coordinator, CancellationToken cancellationToken)
    {
        while (true)
        {
            var wait = LookInterval;
            try
            {
                var kept = options.Certificate is null ? FindKept() : null;
                wait = kept?.RenewAt - time.GetUtcNow() ?? wait;
                if (kept is not null && IsDue(kept))
                {
                    await RenewAsync(coordinator, kept, cancellationToken);
                    return;
                }
            }
            catch (Exception exception) when (exception is CredentialsException or RpcException)
            {
                Log.NotRenewed(logger, coordinator, (exception as RpcException)?.Status.Detail ?? exception.Message);
            }

            await Task.Delay(wait > TimeSpan.Zero && wait < LookInterval ? wait : LookInterval, time, cancellationToken);
        }
    }

    /// <summary>This agent has become another one: what it has proves nothing any more.</summary>
    public void Discard() => _folder.Discard();

    // Null when there is none for this agent, and when the token comes from a coordinator that was set up anew.
    private AgentCertificate? FindKept()
    {
        if (_folder.ReadCertificate() is not { } kept || _folder.ReadAuthority() is not { } authority)
        {
            return null;
        }

        var isUsable = kept.IsOf(agent()) && time.GetUtcNow() < kept.NotAfter + RenewableFor;
        return isUsable && (_token?.TryReadPin() is not { } pin || pin == EnrolmentClient.PinOf(authority)) ? kept : null;
    }

    // By a clock that is far ahead of the coordinator's every certificate is due as soon as it comes.
    private bool IsDue(AgentCertificate kept) =>
        time.GetUtcNow() >= kept.RenewAt && (_renewedAt is not { } renewedAt || time.GetElapsedTime(renewedAt) >= kept.Lifetime / MostRenewals);

    private async Task<AgentCertificate> FreshAsync(Uri coordinator, AgentCertificate kept, CancellationToken cancellationToken)
    {
        if (!IsDue(kept))
        {
            return kept;
        }

        try
        {
            return await RenewAsync(coordinator, kept, cancellationToken);
        }
        catch (RpcException refusal) when (refusal.StatusCode == StatusCode.Unauthenticated && _token is not null)
        {
            return await EnrolAsync(coordinator, cancellationToken);
        }
        catch (RpcException) when (time.GetUtcNow() < kept.NotAfter)
        {
            // It is good for a session still, which says more of what is wrong, or goes on with the renewal.
            return kept;
        }
    }

    private async Task<AgentCertificate> EnrolAsync(Uri coordinator, CancellationToken cancellationToken)
    {
        var token = (_token ?? throw new CredentialsException("this agent has no certificate; give it a join token with --token-file", isFinal: true)).Read();
        var client = new EnrolmentClient(coordinator, time);
        using var key = _folder.ReadOrMakeKey();
        var authorities = options.CaFile is null ? [await client.AuthorityAsync(token, cancellationToken)] : ReadAuthorities();
        var (certificate, authority) = await client.EnrolAsync(
            new CoordinatorTrust(authorities, time).Options(own: null), token, agent(), name, key, cancellationToken);
        return Keep(coordinator, certificate, authority);
    }

    private async Task<AgentCertificate> RenewAsync(Uri coordinator, AgentCertificate kept, CancellationToken cancellationToken)
    {
        using var key = _folder.ReadOrMakeKey();
        var (certificate, authority) = await new EnrolmentClient(coordinator, time).RenewAsync(Trust().Options(kept.ToShow()), key, cancellationToken);
        _renewedAt = time.GetTimestamp();
        return Keep(coordinator, certificate, authority);
    }

    private AgentCertificate Keep(Uri coordinator, X509Certificate2 certificate, X509Certificate2 authority)
    {
        _folder.Keep(certificate, authority);
        var kept = _folder.ReadCertificate()!;
        Log.Kept(logger, coordinator, kept.NotAfter);
        return kept;
    }

    private CoordinatorTrust Trust() => new(
        ReadAuthorities() ?? (_folder.ReadAuthority() is { } authority ? [authority] : null), time);

    private X509Certificate2Collection? ReadAuthorities() => options.CaFile is { } file ? OutsideFiles.ReadCertificates(file) : null;

    private AgentCertificate ReadOutside() => OutsideFiles.ReadPair(options.Certificate!, options.Key!);
}
