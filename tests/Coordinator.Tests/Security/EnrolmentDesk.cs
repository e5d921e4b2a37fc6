using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Security;
using FpingCluster.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace FpingCluster.Coordinator.Tests.Security;

/// <summary>All that decides over agents, on a data folder of its own and a clock that stands still.</summary>
internal sealed class EnrolmentDesk : IDisposable
{
    public static readonly IPAddress From = IPAddress.Parse("192.0.2.7");

    public EnrolmentDesk(SecuritySettings? settings = null)
    {
        Folder = SecurityFolder.Open(Data.Root);
        Settings = settings ?? new SecuritySettings();
        Authority = CertificateAuthority.Open(Folder, Time);
        Agents = EnrolledAgents.Open(Folder, Time);
        Tokens = TokenBook.Open(Folder, Time, Authority.Pin);
        Audit = AuditLog.Open(Folder, Time, NullLogger<AuditLog>.Instance);
        Certificates = new AgentCertificates(Authority, Settings.AgentsCa is { } file ? new OutsideAuthority(file, NullLogger<OutsideAuthority>.Instance) : null, Time);
        Admission = new AgentAdmission(Agents, Time);
        Enrolment = new AgentEnrolment(Authority, Agents, Tokens, Audit, Settings, Time);
    }

    public WorkFolder Data { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public SecuritySettings Settings { get; }

    public SecurityFolder Folder { get; }

    public CertificateAuthority Authority { get; }

    public EnrolledAgents Agents { get; }

    public TokenBook Tokens { get; }

    public AuditLog Audit { get; }

    public AgentCertificates Certificates { get; }

    public AgentAdmission Admission { get; }

    public AgentEnrolment Enrolment { get; }

    public static AgentId NewAgent() => new(Guid.NewGuid());

    public static byte[] SigningRequest(ECDsa key, string subject = "CN=anything") =>
        new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSigningRequest();

    public string JoinToken(int uses = 1) => JoinToken(uses, out _);

    public string JoinToken(int uses, out TokenRecord token)
    {
        token = Tokens.Create(TokenRole.Join, "fleet", TimeSpan.FromHours(1), uses, "test", out var text);
        return text;
    }

    public X509Certificate2 Enrol(string token, AgentId agent, ECDsa key, string name = "a1") => Enrolment.Enrol(token, agent, name, SigningRequest(key), From);

    public ShownCertificate Shown(X509Certificate2 certificate) => Certificates.Judge(certificate, []);

    public void Dispose()
    {
        Audit.Dispose();
        Authority.Dispose();
        Data.Dispose();
    }
}
