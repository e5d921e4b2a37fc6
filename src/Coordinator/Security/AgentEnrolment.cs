using System.Net;
using System.Security.Cryptography.X509Certificates;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Security;

namespace FpingCluster.Coordinator.Security;

/// <summary>Issues the agents' certificates: the first for a join token, each next for the one before. Everything is on the disk before a certificate leaves.</summary>
internal sealed class AgentEnrolment(
    CertificateAuthority authority, EnrolledAgents agents, TokenBook tokens, AuditLog audit, SecuritySettings settings, TimeProvider time)
{
    private const int MaxName = 200;

    public X509Certificate2 Authority => authority.Certificate;

    /// <summary>For callers on shared threads, of which a fleet that enrols at once would take all: they wait here, and not on the disk.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <exception cref="AgentRefusedException">It gets none; nothing has changed.</exception>
    /// <exception cref="UserErrorException">It cannot be written down, so it gets none.</exception>
    public X509Certificate2 Enrol(string token, AgentId id, string name, byte[] signingRequest, IPAddress? from) => Recorded("agent.enrol", AuditActor.Anonymous, $"agent {id} ({name})", from, () =>
    {
        // Before anything is read that costs time: nobody without a token gets so far.
        Require(tokens.Check(token, TokenRole.Join), orUsedUp: true);
        if (name.Length is 0 or > MaxName || !PlainText.IsPlain(name))
        {
            throw new AgentRefusedException(AgentRefusal.Senseless, $"a name has 1 to {MaxName} characters and no control characters");
        }

        var key = SigningRequest.ReadKey(signingRequest);
        var keyHash = CertificateAuthority.KeyHashOf(key);
        agents.Update(id, known =>
        {
            RefuseRevoked(id, known);
            if (known?.KeyHash is { } enrolled && enrolled != keyHash)
            {
                throw new AgentRefusedException(
                    AgentRefusal.Forbidden, $"agent {id} is enrolled with another key; delete agent-id in this agent's data directory to join as a new agent");
            }

            var redeemed = tokens.Redeem(token, id, keyHash);
            Require(redeemed, orUsedUp: false);
            audit.Write(new AuditEntry
            {
                Who = AuditActor.Token(redeemed.Token!.Id, redeemed.Token.Name),
                From = from?.ToString(),
                What = "agent.enrol",
                On = $"agent {id} ({name})",
            });
            return Dated(known ?? new EnrolledAgent { Id = id, Name = name }) with { Name = name, KeyHash = keyHash, TokenId = redeemed.Token.Id };
        });
        return authority.IssueAgent(id, key, settings.AgentLifetime);
    });

    /// <param name="shown">The certificate that this one is to follow.</param>
    /// <exception cref="AgentRefusedException">It gets none; nothing has changed.</exception>
    /// <exception cref="UserErrorException">It cannot be written down, so it gets none.</exception>
    public X509Certificate2 Renew(ShownCertificate? shown, byte[] signingRequest, IPAddress? from)
    {
        var id = shown?.Agent ?? default;
        var name = agents.Find(id)?.Name ?? "";
        var who = shown?.Agent is null ? AuditActor.Anonymous : AuditActor.Agent(id.ToString(), name);
        return Recorded("agent.renew", who, $"agent {id} ({name})", from, () =>
        {
            var certificate = shown ?? throw Unproven("this agent shows no certificate");
            RefuseUnrenewable(certificate);
            var key = SigningRequest.ReadKey(signingRequest);
            agents.Update(id, known =>
            {
                RefuseRevoked(id, known);
                if (known is null || (certificate.KeyHash != known.KeyHash && certificate.KeyHash != known.FormerKeyHash))
                {
                    throw new AgentRefusedException(AgentRefusal.Forbidden, $"agent {id} is not enrolled here with this key");
                }

                audit.Write(new AuditEntry { Who = who, From = from?.ToString(), What = "agent.renew", On = $"agent {id} ({name})" });
                // The former one too, until the new one is shown: the answer may be lost.
                return Dated(known) with { KeyHash = CertificateAuthority.KeyHashOf(key), FormerKeyHash = certificate.KeyHash };
            });
            return authority.IssueAgent(id, key, settings.AgentLifetime);
        });
    }

    private void RefuseUnrenewable(ShownCertificate certificate)
    {
        if (certificate.Fault is { } fault || certificate.Issuer != CertificateIssuer.Own)
        {
            throw Unproven($"this agent's certificate is not accepted: {certificate.Fault ?? "it is of another CA than this coordinator's"}");
        }

        if (certificate.NotAfter + CertificateLifetimes.RenewableFor <= time.GetUtcNow())
        {
            throw Unproven(
                $"this agent's certificate ran out at {certificate.NotAfter:u}, more than {CertificateLifetimes.RenewableFor.TotalDays} days ago; enrol it again with a join token");
        }
    }

    private EnrolledAgent Dated(EnrolledAgent agent)
    {
        var now = time.GetUtcNow();
        return agent with { EnrolledAt = agent.EnrolledAt ?? now, IssuedAt = now, ExpiresAt = now + settings.AgentLifetime };
    }

    private X509Certificate2 Recorded(string what, AuditActor who, string on, IPAddress? from, Func<X509Certificate2> issue)
    {
        try
        {
            return issue();
        }
        catch (AgentRefusedException refusal)
        {
            audit.Refuse(from, new AuditEntry { Who = who, What = what, On = on, Why = refusal.Message });
            throw;
        }
    }

    private static void Require(TokenVerdict verdict, bool orUsedUp)
    {
        if (!verdict.IsValid && !(orUsedUp && verdict.Outcome == TokenOutcome.UsedUp))
        {
            throw Unproven($"{verdict.Why}; make a new one with 'fping-coordinator token create'");
        }
    }

    private static void RefuseRevoked(AgentId id, EnrolledAgent? known)
    {
        if (known is { IsRevoked: true })
        {
            throw AgentAdmission.Revoked(id);
        }
    }

    private static AgentRefusedException Unproven(string why) => new(AgentRefusal.Unproven, why);
}
