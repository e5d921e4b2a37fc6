using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Security;
using FpingCluster.TestKit.Certificates;

namespace FpingCluster.Coordinator.Tests.Security;

public sealed class AgentEnrolmentTests : IDisposable
{
    private static readonly AgentId Agent = EnrolmentDesk.NewAgent();

    private readonly EnrolmentDesk _desk = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _key.Dispose();
        _desk.Dispose();
    }

    [Fact]
    public void Certificate_is_for_the_agent_alone_whatever_its_request_says_of_itself()
    {
        var request = new CertificateRequest("CN=root, O=Example", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));

        using var certificate = _desk.Enrolment.Enrol(_desk.JoinToken(), Agent, "a1", request.CreateSigningRequest(), EnrolmentDesk.From);

        Assert.Equal($"CN={Agent}", certificate.Subject);
        Assert.False(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal([TestAuthority.ClientUse], certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(use => use.Value!));
        var now = _desk.Time.GetUtcNow().UtcDateTime;
        Assert.Equal((now.AddMinutes(-5), now.AddHours(24)), (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime()));
        Assert.Equal(16, certificate.SerialNumberBytes.Length);
        Assert.Equal(_desk.Time.GetUtcNow().AddHours(24), _desk.Admission.Admit(Agent, isTls: true, _desk.Shown(certificate)));
    }

    [Fact]
    public void Lifetime_is_the_configured_one()
    {
        using var desk = new EnrolmentDesk(new SecuritySettings { AgentLifetime = TimeSpan.FromMinutes(10) });

        using var certificate = desk.Enrol(desk.JoinToken(), Agent, _key);

        Assert.Equal(desk.Time.GetUtcNow().UtcDateTime.AddMinutes(10), certificate.NotAfter.ToUniversalTime());
    }

    [Fact]
    public void Lost_answer_that_is_asked_for_again_takes_one_use()
    {
        var token = _desk.JoinToken(uses: 2);
        _desk.Enrol(token, Agent, _key).Dispose();

        using var again = _desk.Enrol(token, Agent, _key);

        Assert.Equal(1, _desk.Tokens.List().Single().UsesLeft);
        Assert.Null(_desk.Shown(again).Fault);
    }

    [Fact]
    public void Lost_answer_for_the_last_use_is_still_answered()
    {
        var token = _desk.JoinToken(uses: 1);
        _desk.Enrol(token, Agent, _key).Dispose();

        _desk.Enrol(token, Agent, _key).Dispose();

        Assert.Equal(0, _desk.Tokens.List().Single().UsesLeft);
    }

    [Fact]
    public void Stolen_token_that_is_used_up_lets_nobody_in()
    {
        var token = _desk.JoinToken(uses: 1);
        _desk.Enrol(token, Agent, _key).Dispose();
        using var thiefs = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Refused(AgentRefusal.Unproven, "is used up", () => _desk.Enrol(token, EnrolmentDesk.NewAgent(), thiefs));
    }

    [Fact]
    public void Stolen_token_that_expired_or_was_revoked_lets_nobody_in()
    {
        var (revoked, expired) = (_desk.JoinToken(1, out var record), _desk.JoinToken());
        _desk.Tokens.Revoke(record.Id, "test");

        Refused(AgentRefusal.Unproven, "was revoked", () => _desk.Enrol(revoked, Agent, _key));
        _desk.Time.Advance(TimeSpan.FromHours(1));
        Refused(AgentRefusal.Unproven, "has expired", () => _desk.Enrol(expired, Agent, _key));
        Assert.Empty(_desk.Agents.List());
    }

    [Fact]
    public void Unknown_token_and_wrong_secret_are_refused_in_the_same_words()
    {
        var parts = _desk.JoinToken().Split('.');
        var wrongSecret = string.Join('.', parts[0], parts[1], parts[2], new string('A', 43), parts[4]);
        var unknown = string.Join('.', parts[0], parts[1], "aaaaaaaa", parts[3], parts[4]);

        var first = Assert.Throws<AgentRefusedException>(() => _desk.Enrol(wrongSecret, Agent, _key));
        var second = Assert.Throws<AgentRefusedException>(() => _desk.Enrol(unknown, Agent, _key));
        var third = Assert.Throws<AgentRefusedException>(() => _desk.Enrol("", Agent, _key));

        Assert.Equal((AgentRefusal.Unproven, first.Message, first.Message), (first.Refusal, second.Message, third.Message));
    }

    [Fact]
    public void Viewers_token_does_not_enrol()
    {
        _desk.Tokens.Create(TokenRole.Operator, "op", null, null, "test", out var text);

        Refused(AgentRefusal.Unproven, "role operator", () => _desk.Enrol(text, Agent, _key));
    }

    [Fact]
    public void Signing_request_of_another_agent_takes_its_identity_over_with_no_key()
    {
        var token = _desk.JoinToken(uses: 9);
        _desk.Enrol(token, Agent, _key).Dispose();
        using var thiefs = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        // Its own key under the name of an agent that is enrolled.
        Refused(AgentRefusal.Forbidden, "enrolled with another key", () => _desk.Enrol(token, Agent, thiefs));

        // Somebody else's request, replayed: what comes of it is of use only to who has the key.
        using var replayed = _desk.Enrol(token, EnrolmentDesk.NewAgent(), _key);
        Assert.False(replayed.HasPrivateKey);
        Assert.Equal(8 - 1, _desk.Tokens.List().Single().UsesLeft);
    }

    [Fact]
    public void Revoked_agent_does_not_enrol_again()
    {
        var token = _desk.JoinToken(uses: 2);
        using var certificate = _desk.Enrol(token, Agent, _key);
        _desk.Agents.Revoke(Agent, "test");

        Refused(AgentRefusal.Forbidden, "is revoked", () => _desk.Enrol(token, Agent, _key));
        Refused(AgentRefusal.Forbidden, "is revoked", () => Renew(certificate, _key));
        Assert.Equal(1, _desk.Tokens.List().Single().UsesLeft);
    }

    public static TheoryData<string, byte[]> SenselessRequests()
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        var forged = EnrolmentDesk.SigningRequest(p256);
        forged[^1] ^= 1;
        return new TheoryData<string, byte[]>
        {
            { "nothing", [] },
            { "garbage", [0x30, 0x82, 0xFF, 0xFF, 1, 2, 3] },
            { "text", "-----BEGIN CERTIFICATE REQUEST-----"u8.ToArray() },
            { "more than the request", [.. EnrolmentDesk.SigningRequest(p256), 0] },
            { "a broken signature", forged },
            { "another curve", EnrolmentDesk.SigningRequest(p384) },
            { "an RSA key", new CertificateRequest("CN=a", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest() },
            { "an oversized one", new byte[5_000] },
        };
    }

    [Theory]
    [MemberData(nameof(SenselessRequests))]
    public void Signing_request_that_is_none_is_refused_and_costs_no_use(string what, byte[] request)
    {
        var refusal = Assert.Throws<AgentRefusedException>(() => _desk.Enrolment.Enrol(_desk.JoinToken(), Agent, what, request, EnrolmentDesk.From));

        Assert.Equal(AgentRefusal.Senseless, refusal.Refusal);
        Assert.Equal(1, _desk.Tokens.List().Single().UsesLeft);
        Assert.Empty(_desk.Agents.List());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\r\nb")]
    [InlineData("a\u001b[2J")]
    public void Name_that_would_garble_a_log_is_refused(string name) =>
        Refused(AgentRefusal.Senseless, "a name has 1 to 200 characters", () => _desk.Enrol(_desk.JoinToken(), Agent, _key, name));

    [Fact]
    public void Certificate_that_ran_out_is_renewed_for_a_week_and_opens_no_session()
    {
        using var certificate = _desk.Enrol(_desk.JoinToken(), Agent, _key);
        _desk.Time.Advance(TimeSpan.FromHours(24));

        Refused(AgentRefusal.Unproven, "ran out at", () => _desk.Admission.Admit(Agent, isTls: true, _desk.Shown(certificate)));
        using var renewed = Renew(certificate, _key);
        Assert.NotNull(_desk.Admission.Admit(Agent, isTls: true, _desk.Shown(renewed)));

        _desk.Time.Advance(TimeSpan.FromDays(8));
        Refused(AgentRefusal.Unproven, "more than 7 days ago", () => Renew(renewed, _key));
    }

    [Fact]
    public void Renewal_with_a_new_key_whose_answer_was_lost_is_asked_for_with_the_old_one()
    {
        using var first = _desk.Enrol(_desk.JoinToken(), Agent, _key);
        using var newKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Renew(first, newKey).Dispose();

        using var second = Renew(first, newKey);
        using var third = Renew(second, newKey);

        // The new key is proved now, and the first one counts no more.
        Refused(AgentRefusal.Forbidden, "not enrolled here with this key", () => Renew(first, newKey));
    }

    [Fact]
    public void Certificate_of_others_or_none_is_not_renewed()
    {
        using var foreign = new TestAuthority();
        using var certificate = foreign.Issue(Agent.ToString(), TestAuthority.ClientUse);

        Refused(AgentRefusal.Unproven, "of another CA", () => Renew(certificate, _key));
        Refused(AgentRefusal.Unproven, "shows no certificate", () => _desk.Enrolment.Renew(null, EnrolmentDesk.SigningRequest(_key), EnrolmentDesk.From));
    }

    [Fact]
    public void What_was_done_and_refused_is_in_the_audit_log_and_no_secret_is_in_any_file()
    {
        var token = _desk.JoinToken(uses: 1);
        _desk.Enrol(token, Agent, _key).Dispose();
        Assert.Throws<AgentRefusedException>(() => _desk.Enrol(token, EnrolmentDesk.NewAgent(), _key));

        var entries = _desk.Audit.Read(limit: 10);

        Assert.Equal([("agent.enrol", AuditOutcome.Refused), ("agent.enrol", AuditOutcome.Done)], entries.Select(entry => (entry.What, entry.Outcome)));
        Assert.Equal(("token", "fleet", $"agent {Agent} (a1)"), (entries[1].Who.Kind, entries[1].Who.Name, entries[1].On));
        Assert.All(entries, entry => Assert.Equal(EnrolmentDesk.From.ToString(), entry.From));
        var secret = token.Split('.')[3];
        Assert.All(Directory.GetFiles(_desk.Folder.Path), file => Assert.DoesNotContain(secret, File.ReadAllText(file), StringComparison.Ordinal));
    }

    private X509Certificate2 Renew(X509Certificate2 shown, ECDsa key) =>
        _desk.Enrolment.Renew(_desk.Shown(shown), EnrolmentDesk.SigningRequest(key), EnrolmentDesk.From);

    private static void Refused(AgentRefusal refusal, string why, Func<object?> act)
    {
        var exception = Assert.Throws<AgentRefusedException>(act);
        Assert.Equal(refusal, exception.Refusal);
        Assert.Contains(why, exception.Message, StringComparison.Ordinal);
    }
}
