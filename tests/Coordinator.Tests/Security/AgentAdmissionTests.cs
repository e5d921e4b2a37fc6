using System.Security.Cryptography;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Leases;
using FpingCluster.TestKit.Certificates;

namespace FpingCluster.Coordinator.Tests.Security;

public sealed class AgentAdmissionTests : IDisposable
{
    private static readonly AgentId Agent = EnrolmentDesk.NewAgent(), Other = EnrolmentDesk.NewAgent();

    private readonly TestAuthority _outside = new("Outside CA");
    private readonly string _outsideFile = Path.GetTempFileName();
    private readonly EnrolmentDesk _desk;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public AgentAdmissionTests()
    {
        File.WriteAllText(_outsideFile, _outside.Pem);
        _desk = new EnrolmentDesk(new SecuritySettings { AgentsCa = _outsideFile });
    }

    public void Dispose()
    {
        _key.Dispose();
        _desk.Dispose();
        _outside.Dispose();
        File.Delete(_outsideFile);
    }

    [Fact]
    public void Plain_text_is_good_for_an_agent_that_has_no_proof_and_for_no_other()
    {
        Enrol();

        Assert.Null(_desk.Admission.Admit(Other, isTls: false, shown: null));
        Refused(AgentRefusal.Unproven, "over https alone", () => _desk.Admission.Admit(Agent, isTls: false, shown: null));
    }

    [Fact]
    public void Encryption_without_a_certificate_is_no_proof() =>
        Refused(AgentRefusal.Unproven, "shows no certificate", () => _desk.Admission.Admit(Agent, isTls: true, shown: null));

    [Fact]
    public void Certificate_proves_one_agent_only()
    {
        var shown = Enrol();

        Refused(AgentRefusal.Forbidden, $"that of agent {Agent}, not of agent {Other}", () => _desk.Admission.Admit(Other, isTls: true, shown));
    }

    [Fact]
    public void Agent_that_the_book_has_lost_is_refused()
    {
        using var certificate = _desk.Authority.IssueAgent(Agent, new System.Security.Cryptography.X509Certificates.PublicKey(_key), TimeSpan.FromHours(1));

        Refused(AgentRefusal.Unproven, "not enrolled here any more", () => _desk.Admission.Admit(Agent, isTls: true, _desk.Shown(certificate)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Revoked_agent_is_refused_with_and_without_its_certificate(bool isTls)
    {
        var shown = Enrol();
        _desk.Agents.Revoke(Agent, "test");

        Refused(AgentRefusal.Forbidden, "is revoked", () => _desk.Admission.Admit(Agent, isTls, isTls ? shown : null));
    }

    [Fact]
    public void Certificate_of_a_foreign_CA_is_refused()
    {
        using var foreign = new TestAuthority("Foreign CA");
        using var certificate = foreign.Issue(Agent.ToString(), TestAuthority.ClientUse);

        Refused(AgentRefusal.Unproven, "is not accepted", () => _desk.Admission.Admit(Agent, isTls: true, _desk.Shown(certificate)));
    }

    [Fact]
    public void Servers_certificate_of_our_own_is_no_agents()
    {
        using var server = _desk.Authority.IssueServer([Agent.ToString()], []);

        Refused(AgentRefusal.Unproven, "is not accepted", () => _desk.Admission.Admit(Agent, isTls: true, _desk.Shown(server)));
    }

    [Fact]
    public void Certificate_whose_time_has_not_come_is_refused_and_the_clocks_named()
    {
        var shown = Enrol();
        using var certificate = _desk.Enrol(_desk.JoinToken(), Agent, _key);
        _desk.Time.JumpWallClock(TimeSpan.FromHours(-1));

        Assert.Null(shown.Fault);
        Refused(AgentRefusal.Unproven, "set the clocks", () => _desk.Admission.Admit(Agent, isTls: true, _desk.Shown(certificate)));
    }

    [Fact]
    public void Certificate_of_the_configured_CA_is_good_for_agents_that_did_not_enrol_here()
    {
        Enrol();
        using var certificate = _outside.Issue("whoever", TestAuthority.ClientUse);
        var shown = _desk.Shown(certificate);

        Assert.Equal(certificate.NotAfter.ToUniversalTime(), _desk.Admission.Admit(Other, isTls: true, shown));
        Refused(AgentRefusal.Forbidden, "is of another CA", () => _desk.Admission.Admit(Agent, isTls: true, shown));
        _desk.Agents.Revoke(Other, "test", "other");
        Refused(AgentRefusal.Forbidden, "is revoked", () => _desk.Admission.Admit(Other, isTls: true, shown));
    }

    [Fact]
    public void Certificate_of_the_configured_CA_may_come_with_what_leads_to_it()
    {
        using var intermediate = new TestAuthority("Intermediate CA", _outside);
        using var certificate = intermediate.Issue("whoever", TestAuthority.ClientUse);

        Assert.Equal(CertificateIssuer.Outside, _desk.Certificates.Judge(certificate, [intermediate.Certificate]).Issuer);
        Assert.Equal(CertificateIssuer.Unknown, _desk.Certificates.Judge(certificate, []).Issuer);
    }

    [Fact]
    public void Configured_CA_is_read_again_when_it_changes_and_kept_when_its_file_is_none()
    {
        using var next = new TestAuthority("Next CA");
        using var certificate = next.Issue("whoever", TestAuthority.ClientUse);
        Assert.Equal(CertificateIssuer.Unknown, _desk.Shown(certificate).Issuer);

        File.WriteAllText(_outsideFile, $"{_outside.Pem}\n{next.Pem}");
        Assert.Equal(CertificateIssuer.Outside, _desk.Shown(certificate).Issuer);

        File.WriteAllText(_outsideFile, "half a certif");
        Assert.Equal(CertificateIssuer.Outside, _desk.Shown(certificate).Issuer);
    }

    [Fact]
    public void Certificate_of_the_configured_CA_that_ran_out_is_refused()
    {
        using var certificate = _outside.Issue("whoever", TestAuthority.ClientUse, until: _desk.Time.GetUtcNow().AddHours(-1));

        Refused(AgentRefusal.Unproven, "is not accepted", () => _desk.Admission.Admit(Other, isTls: true, _desk.Shown(certificate)));
    }

    private ShownCertificate Enrol()
    {
        using var certificate = _desk.Enrol(_desk.JoinToken(), Agent, _key);
        return _desk.Shown(certificate);
    }

    private static void Refused(AgentRefusal refusal, string why, Func<object?> act)
    {
        var exception = Assert.Throws<AgentRefusedException>(act);
        Assert.Equal(refusal, exception.Refusal);
        Assert.Contains(why, exception.Message, StringComparison.Ordinal);
    }
}
