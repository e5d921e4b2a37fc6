using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FpingCluster.Coordinator.Security;
using FpingCluster.Coordinator.Tests.Hosting;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Security;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Certificates;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace FpingCluster.Coordinator.Tests.Security;

/// <summary>Agents of a few lines over TLS with a whole coordinator, whose clock is the test's.</summary>
public sealed class TlsSessionTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private TestCoordinator _coordinator = null!;

    private Uri Https => new(_coordinator.Grpc.ToString().Replace("http:", "https:", StringComparison.Ordinal));

    public async Task InitializeAsync() => _coordinator = await TestCoordinator.StartAsync(time: _time);

    public async Task DisposeAsync()
    {
        await _coordinator.DisposeAsync();
        _key.Dispose();
    }

    [Fact]
    public async Task Enrolled_agent_is_welcomed_with_its_certificate_and_not_without()
    {
        var hello = TestAgent.Hello("a1");
        using var certificate = await EnrolAsync(hello);

        await using var agent = await TestAgent.JoinAsync(Https, hello, Options(certificate));
        var bare = await RefusedAsync(hello, Options(null));
        var plain = await EndOf(TestAgent.Connect(_coordinator.Grpc), hello);

        Assert.Equal((StatusCode.Unauthenticated, "this agent shows no certificate"), (bare.StatusCode, bare.Detail));
        Assert.Equal(StatusCode.Unauthenticated, plain.StatusCode);
        Assert.Contains("over https alone", plain.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_of_one_agent_does_not_open_the_session_of_another()
    {
        using var certificate = await EnrolAsync(TestAgent.Hello("a1"));

        var status = await RefusedAsync(TestAgent.Hello("a2"), Options(certificate));

        Assert.Equal(StatusCode.PermissionDenied, status.StatusCode);
    }

    [Fact]
    public async Task Foreign_certificate_and_one_that_ran_out_are_refused_in_words()
    {
        var hello = TestAgent.Hello("a1");
        using var authority = new TestAuthority();
        using var foreign = authority.Issue(IdOf(hello).ToString(), TestAuthority.ClientUse);
        using var certificate = await EnrolAsync(hello);

        Assert.Contains("of another CA", (await RefusedAsync(hello, Options(foreign))).Detail, StringComparison.Ordinal);
        _time.JumpWallClock(TimeSpan.FromHours(24));
        var status = await RefusedAsync(hello, Options(certificate));

        Assert.Equal(StatusCode.Unauthenticated, status.StatusCode);
        Assert.Contains("ran out at", status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoked_agent_is_cut_off_at_once_and_refused_after()
    {
        var (first, second) = (TestAgent.Hello("a1"), TestAgent.Hello("a2"));
        using var certificate = await EnrolAsync(first);
        using var others = await EnrolAsync(second);
        await using var agent = await TestAgent.JoinAsync(Https, first, Options(certificate));
        await using var other = await TestAgent.JoinAsync(Https, second, Options(others));
        var end = agent.EndAsync();

        _coordinator.Service<EnrolledAgents>().Revoke(IdOf(first), "test");

        var status = await end.WaitAsync(TestAgent.Patience);
        Assert.Equal((StatusCode.PermissionDenied, $"agent {IdOf(first)} is revoked"), (status.StatusCode, status.Detail));
        Assert.Equal(StatusCode.PermissionDenied, (await RefusedAsync(first, Options(certificate))).StatusCode);
        Assert.False(other.EndAsync().IsCompleted);
    }

    [Fact]
    public async Task Session_whose_certificate_has_run_out_ends_with_the_agents_next_word()
    {
        var hello = TestAgent.Hello("a1");
        using var certificate = await EnrolAsync(hello);
        await using var agent = await TestAgent.JoinAsync(Https, hello, Options(certificate));
        // Not the grace, which is a minute of the same clock.
        _time.JumpWallClock(TimeSpan.FromHours(24));

        await agent.SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });

        var status = await agent.EndAsync();
        Assert.Equal(StatusCode.Unavailable, status.StatusCode);
        Assert.Contains("has run out", status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Renewal_takes_the_certificate_that_ran_out_and_nothing_less()
    {
        using var certificate = await EnrolAsync(TestAgent.Hello("a1"));
        _time.JumpWallClock(TimeSpan.FromHours(30));
        var request = new RenewRequest { SigningRequest = SigningRequest() };

        var none = await Assert.ThrowsAsync<RpcException>(() => AskAsync(Options(null), client => client.RenewAsync(request)));
        var reply = await AskAsync(Options(certificate), client => client.RenewAsync(request));

        Assert.Equal(StatusCode.Unauthenticated, none.StatusCode);
        using var renewed = X509CertificateLoader.LoadCertificate(reply.Certificate.Span);
        Assert.Equal((certificate.Subject, _time.GetUtcNow().UtcDateTime.AddHours(24)), (renewed.Subject, renewed.NotAfter.ToUniversalTime()));
    }

    [Fact]
    public async Task Certificates_are_not_given_over_plain_text()
    {
        using var channel = GrpcChannel.ForAddress(_coordinator.Grpc);

        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await new Shared.Protocol.V1.AgentEnrolment.AgentEnrolmentClient(channel).AuthorityAsync(new AuthorityRequest()));

        Assert.Equal(StatusCode.FailedPrecondition, refusal.StatusCode);
    }

    public static TheoryData<string, StatusCode> BadRequests => new()
    {
        { "oversized", StatusCode.ResourceExhausted },
        { "oversized token", StatusCode.Unauthenticated },
        { "short id", StatusCode.InvalidArgument },
        { "garbage", StatusCode.InvalidArgument },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task Bad_enrolment_is_refused_by_its_kind(string kind, StatusCode expected)
    {
        var request = new EnrolRequest { JoinToken = JoinToken(), AgentId = ByteString.CopyFrom(new byte[16]), Name = "a1", SigningRequest = SigningRequest() };
        switch (kind)
        {
            case "oversized":
                request.SigningRequest = ByteString.CopyFrom(new byte[1 << 20]);
                break;
            case "oversized token":
                request.JoinToken = new string('x', 10_000);
                break;
            case "short id":
                request.AgentId = ByteString.CopyFrom(new byte[15]);
                break;
            default:
                request.SigningRequest = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(300));
                break;
        }

        var refusal = await Assert.ThrowsAsync<RpcException>(() => AskAsync(Options(null), client => client.EnrolAsync(request)));

        Assert.Equal(expected, refusal.StatusCode);
        Assert.Empty(_coordinator.Service<EnrolledAgents>().List());
    }

    private static AgentId IdOf(Hello hello) => new(new Guid(hello.AgentId.Span, bigEndian: true));

    private ByteString SigningRequest() => ByteString.CopyFrom(EnrolmentDesk.SigningRequest(_key));

    private string JoinToken()
    {
        _coordinator.Service<TokenBook>().Create(TokenRole.Join, "test", TimeSpan.FromHours(1), 5, "test", out var text);
        return text;
    }

    private async Task<X509Certificate2> EnrolAsync(Hello hello)
    {
        var reply = await AskAsync(Options(null), client => client.EnrolAsync(
            new EnrolRequest { JoinToken = JoinToken(), AgentId = hello.AgentId, Name = hello.Name, SigningRequest = SigningRequest() }));
        using var certificate = X509CertificateLoader.LoadCertificate(reply.Certificate.Span);
        return certificate.CopyWithPrivateKey(_key);
    }

    private async Task<T> AskAsync<T>(SslClientAuthenticationOptions tls, Func<Shared.Protocol.V1.AgentEnrolment.AgentEnrolmentClient, AsyncUnaryCall<T>> ask)
    {
        using var channel = TestAgent.Open(Https, tls);
        using var call = ask(new Shared.Protocol.V1.AgentEnrolment.AgentEnrolmentClient(channel));
        return await call;
    }

    private Task<Status> RefusedAsync(Hello hello, SslClientAuthenticationOptions tls) => EndOf(TestAgent.Connect(Https, tls: tls), hello);

    private static async Task<Status> EndOf(TestAgent agent, Hello hello)
    {
        await using (agent)
        {
            await agent.SendAsync(new AgentMessage { Hello = hello });
            return await agent.EndAsync();
        }
    }

    // The coordinator's CA, at the test's time.
    private SslClientAuthenticationOptions Options(X509Certificate2? own) => new()
    {
        ClientCertificateContext = own is null ? null : SslStreamCertificateContext.Create(own, null, offline: true),
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { _coordinator.Service<CertificateAuthority>().Certificate },
            RevocationMode = X509RevocationMode.NoCheck,
            VerificationTime = _time.GetUtcNow().UtcDateTime,
            VerificationTimeIgnored = false,
        },
    };
}
