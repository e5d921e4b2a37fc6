using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Security;

/// <summary>Decides who may open a session as which agent.</summary>
internal sealed class AgentAdmission(EnrolledAgents agents, TimeProvider time)
{
    /// <param name="shown">What came over TLS; null when nothing was shown.</param>
    /// <returns>When the session has to end: its certificate has run out then; null: never.</returns>
    /// <exception cref="AgentRefusedException">It may not.</exception>
    public DateTimeOffset? Admit(AgentId claimed, bool isTls, ShownCertificate? shown)
    {
        var known = agents.Find(claimed);
        if (known is { IsRevoked: true })
        {
            throw Revoked(claimed);
        }

        if (!isTls)
        {
            // Plain text proves nothing: whoever has a proof may not be spoken for by one who has none.
            return known is null ? null : throw Unproven($"agent {claimed} is enrolled, and proves it over https alone");
        }

        var certificate = shown ?? throw Unproven("this agent shows no certificate");
        if (certificate.Fault is { } fault)
        {
            throw Unproven($"this agent's certificate is not accepted: {fault}");
        }

        if (certificate.NotAfter <= time.GetUtcNow())
        {
            throw Unproven($"this agent's certificate ran out at {certificate.NotAfter:u}, and it is {time.GetUtcNow():u} here");
        }

        CheckName(claimed, known, certificate);
        return certificate.NotAfter;
    }

    public static AgentRefusedException Revoked(AgentId agent) => new(AgentRefusal.Forbidden, $"agent {agent} is revoked");

    private static void CheckName(AgentId claimed, EnrolledAgent? known, ShownCertificate certificate)
    {
        if (certificate.Issuer == CertificateIssuer.Own)
        {
            if (certificate.Agent != claimed)
            {
                throw new AgentRefusedException(AgentRefusal.Forbidden, $"this certificate is that of agent {certificate.Agent}, not of agent {claimed}");
            }

            if (known is null)
            {
                throw Unproven($"agent {claimed} is not enrolled here any more");
            }
        }
        else if (known is not null)
        {
            throw new AgentRefusedException(AgentRefusal.Forbidden, $"agent {claimed} is enrolled here, and this certificate is of another CA");
        }
    }

    private static AgentRefusedException Unproven(string why) => new(AgentRefusal.Unproven, why);
}
