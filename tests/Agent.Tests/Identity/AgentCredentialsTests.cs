using System.Security.Cryptography.X509Certificates;
using FpingCluster.Agent.Identity;
using FpingCluster.Agent.Session;
using FpingCluster.Agent.Tests.Cli;
using FpingCluster.Agent.Tests.Session;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Leases;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Certificates;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Tests.Identity;

/// <summary>How an agent comes by its certificate, keeps it, and whom it believes: against real TLS on loopback, with the clock of the test.</summary>
public sealed class AgentCredentialsTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryDirectory _data = new();
    private readonly FakeTimeProvider _time = new();
    private readonly LogLines _log = new();
    private AgentId _agent = new(Guid.NewGuid());

    private string TokenFile => PathOf("join.token");

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task First_contact_enrols_and_what_comes_of_it_is_kept_for_this_user_alone()
    {
        await using var coordinator = await new FakeCoordinator { Time = _time }.StartAsync();
        var token = Give(coordinator.JoinToken());

        var options = await Credentials().PrepareAsync(coordinator.Url, default);
        var again = await Credentials().PrepareAsync(coordinator.Url, default);

        var request = Assert.Single(coordinator.Enrolled);
        Assert.Equal((token, "a1"), (request.JoinToken, request.Name));
        Assert.Equal($"CN={_agent}", options.ClientCertificateContext!.TargetCertificate.Subject);
        Assert.Equal(options.ClientCertificateContext.TargetCertificate.Thumbprint, again.ClientCertificateContext!.TargetCertificate.Thumbprint);
        Assert.All(["agent.key", "agent.crt", "ca.crt"], name => Assert.Equal(OwnerOnly, File.GetUnixFileMode(PathOf(name))));
        Assert.Contains("BEGIN PRIVATE KEY", File.ReadAllText(PathOf("agent.key")), StringComparison.Ordinal);
        Assert.DoesNotContain(_log.TakeAll(), line => line.Contains(token.Split('.')[3], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Somebody_in_between_with_a_certificate_of_another_CA_never_hears_the_token()
    {
        using var honest = new TestAuthority("Cluster CA");
        // It passes on the true CA's certificate, which is no secret; what it cannot do is show one from it.
        await using var between = await new FakeCoordinator { Claimed = honest }.StartAsync();
        Give(between.JoinToken(honest));

        var end = await EndOf(between.Url);

        Assert.Equal(SessionOutcome.Rejected, end.Outcome);
        Assert.Contains("somebody in between", end.Why, StringComparison.Ordinal);
        Assert.Empty(between.Enrolled);
        Assert.False(File.Exists(PathOf("agent.crt")));
    }

    [Fact]
    public async Task Coordinator_of_another_CA_than_the_tokens_never_hears_the_token()
    {
        using var honest = new TestAuthority("Cluster CA");
        await using var other = await new FakeCoordinator().StartAsync();
        Give(other.JoinToken(honest));

        var end = await EndOf(other.Url);

        Assert.Equal(SessionOutcome.Rejected, end.Outcome);
        Assert.Contains("not the one that the join token names", end.Why, StringComparison.Ordinal);
        Assert.Empty(other.Enrolled);
    }

    [Fact]
    public async Task Enrolled_agent_refuses_a_coordinator_with_a_certificate_of_another_CA()
    {
        await using var coordinator = await new FakeCoordinator { Time = _time }.StartAsync();
        Give(coordinator.JoinToken());
        await Credentials().PrepareAsync(coordinator.Url, default);
        await using var between = await new FakeCoordinator { Time = _time }.StartAsync();
        _time.Advance(TimeSpan.FromHours(20));

        var end = await EndOf(between.Url);

        // The renewal could not be asked for, and the present certificate still serves, for a session that shows the same.
        Assert.Empty(between.Renewed);
        Assert.Equal(SessionOutcome.Rejected, end.Outcome);
    }

    public static TheoryData<int, int, string> Times => new()
    {
        { -48, -1, "ran out at" },
        { 1, 48, "the clock of this host is behind" },
    };

    [Theory]
    [MemberData(nameof(Times))]
    public async Task Coordinators_certificate_out_of_its_time_is_told_and_tried_again(int from, int until, string expected)
    {
        using var authority = new TestAuthority("Cluster CA");
        var now = _time.GetUtcNow();
        using var server = authority.IssueServer(now.AddHours(from), now.AddHours(until));
        await using var coordinator = await new FakeCoordinator { Server = server, Claimed = authority }.StartAsync();
        Give(coordinator.JoinToken(authority));

        var end = await EndOf(coordinator.Url);

        Assert.Equal(SessionOutcome.Unreachable, end.Outcome);
        Assert.Contains(expected, end.Why, StringComparison.Ordinal);
        Assert.Empty(coordinator.Enrolled);
    }

    [Fact]
    public async Task Coordinators_certificate_for_other_names_is_told_with_them()
    {
        using var authority = new TestAuthority("Cluster CA");
        using var server = authority.Issue("server", TestAuthority.ServerUse, null, null, "ping.example.com", "192.0.2.1");
        await using var coordinator = await new FakeCoordinator { Server = server, Claimed = authority }.StartAsync();
        Give(coordinator.JoinToken(authority));

        var end = await EndOf(coordinator.Url);

        Assert.Equal(SessionOutcome.Unreachable, end.Outcome);
        Assert.Contains("is for ping.example.com, 192.0.2.1", end.Why, StringComparison.Ordinal);
        Assert.Contains("security.names", end.Why, StringComparison.Ordinal);
        Assert.Empty(coordinator.Enrolled);
    }

    [Fact]
    public async Task Enrolled_agent_cannot_pose_as_the_coordinator()
    {
        using var authority = new TestAuthority("Cluster CA");
        using var agents = authority.Issue(Guid.NewGuid().ToString("N"), TestAuthority.ClientUse, null, null, "127.0.0.1");
        await using var posing = await new FakeCoordinator { Server = agents, Claimed = authority }.StartAsync();
        Give(posing.JoinToken(authority));

        Assert.Equal(SessionOutcome.Rejected, (await EndOf(posing.Url)).Outcome);
        Assert.Empty(posing.Enrolled);
    }

    [Fact]
    public async Task Lost_answer_is_asked_for_again_with_the_same_key()
    {
        await using var coordinator = await new FakeCoordinator { Time = _time, Refusal = new Status(StatusCode.Unavailable, "lost") }.StartAsync();
        Give(coordinator.JoinToken());

        Assert.Equal(SessionOutcome.Unreachable, (await EndOf(coordinator.Url)).Outcome);
        await Credentials().PrepareAsync(coordinator.Url, default);

        var keys = coordinator.Enrolled.Select(request => Convert.ToHexString(CertificateRequest.LoadSigningRequest(
            request.SigningRequest.ToByteArray(), System.Security.Cryptography.HashAlgorithmName.SHA256).PublicKey.ExportSubjectPublicKeyInfo())).ToList();
        Assert.Equal((2, keys[0]), (keys.Count, keys[1]));
    }

    [Theory]
    [InlineData(StatusCode.Unauthenticated)]
    [InlineData(StatusCode.PermissionDenied)]
    public async Task Refused_enrolment_is_final_and_told_in_the_coordinators_words(StatusCode status)
    {
        await using var coordinator = await new FakeCoordinator { Refusal = new Status(status, "the token abcdefgh is used up") }.StartAsync();
        Give(coordinator.JoinToken());

        var end = await EndOf(coordinator.Url);

        Assert.Equal(SessionOutcome.Rejected, end.Outcome);
        Assert.Contains("the token abcdefgh is used up", end.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_is_renewed_when_two_thirds_of_its_time_are_over_and_no_token_is_needed_for_that()
    {
        await using var coordinator = await EnrolledAsync();
        var first = (await Credentials().PrepareAsync(coordinator.Url, default)).ClientCertificateContext!.TargetCertificate;
        using var stop = new CancellationTokenSource();
        var renewing = Credentials(withToken: false).RenewWhenDueAsync(coordinator.Url, stop.Token);
        _time.Advance(TimeSpan.FromHours(16) - TimeSpan.FromSeconds(1));
        Assert.False(renewing.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(1));
        await renewing.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(first.Thumbprint, Assert.Single(coordinator.Renewed).Thumbprint);
        var second = (await Credentials(withToken: false).PrepareAsync(coordinator.Url, default)).ClientCertificateContext!.TargetCertificate;
        Assert.Equal((first.Subject, _time.GetUtcNow().UtcDateTime.AddHours(24)), (second.Subject, second.NotAfter.ToUniversalTime()));
        Assert.Single(coordinator.Enrolled);
    }

    [Fact]
    public async Task Agent_whose_clock_is_far_ahead_does_not_renew_for_ever()
    {
        var coordinators = new FakeTimeProvider(_time.GetUtcNow());
        await using var coordinator = await new FakeCoordinator { Time = coordinators }.StartAsync();
        Give(coordinator.JoinToken());
        var credentials = Credentials();
        await credentials.PrepareAsync(coordinator.Url, default);
        _time.JumpWallClock(TimeSpan.FromHours(17));

        for (var i = 0; i < 3; i++)
        {
            await credentials.PrepareAsync(coordinator.Url, default);
        }

        Assert.Single(coordinator.Renewed);
        _time.Advance(TimeSpan.FromHours(1));
        await credentials.PrepareAsync(coordinator.Url, default);
        Assert.Equal(2, coordinator.Renewed.Count);
    }

    [Fact]
    public async Task Certificate_that_ran_out_is_renewed_before_the_next_session()
    {
        await using var coordinator = await EnrolledAsync();
        _time.Advance(TimeSpan.FromDays(3));

        var options = await Credentials(withToken: false).PrepareAsync(coordinator.Url, default);

        Assert.Single(coordinator.Renewed);
        Assert.Equal(_time.GetUtcNow().UtcDateTime.AddHours(24), options.ClientCertificateContext!.TargetCertificate.NotAfter.ToUniversalTime());
    }

    [Fact]
    public async Task Renewal_that_is_refused_is_followed_by_an_enrolment_where_there_is_a_token()
    {
        await using var coordinator = await EnrolledAsync();
        _time.Advance(TimeSpan.FromDays(3));
        coordinator.Refusal = new Status(StatusCode.Unauthenticated, "not enrolled here any more");

        await Credentials().PrepareAsync(coordinator.Url, default);

        Assert.Equal(2, coordinator.Enrolled.Count);
    }

    [Fact]
    public async Task Renewal_that_fails_while_the_certificate_is_good_is_no_reason_not_to_dial()
    {
        await using var coordinator = await EnrolledAsync();
        _time.Advance(TimeSpan.FromHours(20));
        coordinator.Refusal = new Status(StatusCode.Unavailable, "disk full");

        Assert.NotNull((await Credentials().PrepareAsync(coordinator.Url, default)).ClientCertificateContext);
    }

    [Fact]
    public async Task Token_of_a_coordinator_that_was_set_up_anew_replaces_what_the_old_one_gave()
    {
        await (await EnrolledAsync()).DisposeAsync();
        await using var anew = await new FakeCoordinator { Time = _time }.StartAsync();
        Give(anew.JoinToken());

        await Credentials().PrepareAsync(anew.Url, default);

        Assert.Single(anew.Enrolled);
    }

    [Fact]
    public async Task Agent_that_becomes_another_uses_neither_the_key_nor_the_certificate_of_the_first()
    {
        await using var coordinator = await EnrolledAsync();
        var key = File.ReadAllText(PathOf("agent.key"));
        var credentials = Credentials();

        _agent = new AgentId(Guid.NewGuid());
        credentials.Discard();
        var options = await credentials.PrepareAsync(coordinator.Url, default);

        Assert.Equal($"CN={_agent}", options.ClientCertificateContext!.TargetCertificate.Subject);
        Assert.NotEqual(key, File.ReadAllText(PathOf("agent.key")));
    }

    [Fact]
    public async Task Certificate_from_outside_is_read_for_each_session_and_a_bad_pair_passes()
    {
        using var outside = new TestAuthority("Outside CA");
        await using var coordinator = await new FakeCoordinator().StartAsync();
        File.WriteAllText(PathOf("ca.pem"), coordinator.Authority.Pem);
        var credentials = Credentials(new CredentialOptions { Certificate = PathOf("tls.crt"), Key = PathOf("tls.key"), CaFile = PathOf("ca.pem") });
        List<string> shown = [];
        for (var i = 0; i < 2; i++)
        {
            using var certificate = outside.Issue($"agent {i}", TestAuthority.ClientUse);
            TestAuthority.Write(certificate, PathOf("tls.crt"), PathOf("tls.key"));
            shown.Add((await credentials.PrepareAsync(coordinator.Url, default)).ClientCertificateContext!.TargetCertificate.Subject);
        }

        File.WriteAllText(PathOf("tls.key"), "half a k");
        var trouble = await Assert.ThrowsAsync<CredentialsException>(() => credentials.PrepareAsync(coordinator.Url, default));

        Assert.Equal(["CN=agent 0", "CN=agent 1"], shown);
        Assert.False(trouble.IsFinal);
        Assert.Empty(coordinator.Enrolled);
    }

    [Fact]
    public void Agent_without_any_means_is_told_which_there_are()
    {
        var message = Assert.Throws<UserErrorException>(() => Credentials(withToken: false).RequireMeans()).Message;

        Assert.Contains("--token-file", message, StringComparison.Ordinal);
        Assert.Contains("--certificate", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "holds no join token")]
    [InlineData("fpc.o.aaaaaaaa.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "holds no join token")]
    public void Token_file_without_a_join_token_is_told(string content, string expected)
    {
        File.WriteAllText(TokenFile, content);

        Assert.Contains(expected, Assert.Throws<UserErrorException>(Credentials().RequireMeans).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Token_file_that_cannot_be_read_is_told()
    {
        Directory.CreateDirectory(TokenFile);

        Assert.Contains("cannot read the join token", Assert.Throws<UserErrorException>(Credentials().RequireMeans).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Token_file_that_does_not_exist_yet_is_waited_for(bool isDanglingLink)
    {
        await using var coordinator = await new FakeCoordinator { Time = _time }.StartAsync();
        if (isDanglingLink)
        {
            File.CreateSymbolicLink(TokenFile, "nowhere");
        }

        Credentials().RequireMeans();
        var missing = await EndOf(coordinator.Url);
        File.Delete(TokenFile);
        File.WriteAllText(TokenFile, "");
        var halfWritten = await EndOf(coordinator.Url);
        Give(coordinator.JoinToken());
        await Credentials().PrepareAsync(coordinator.Url, default);

        Assert.Equal((SessionOutcome.Unreachable, SessionOutcome.Unreachable), (missing.Outcome, halfWritten.Outcome));
        Assert.Contains($"{TokenFile}, the join token of --token-file, does not exist yet", missing.Why, StringComparison.Ordinal);
        Assert.Contains("holds no join token", halfWritten.Why, StringComparison.Ordinal);
        Assert.Single(coordinator.Enrolled);
    }

    [Fact]
    public async Task Token_that_others_may_read_is_warned_of_once_and_taken()
    {
        await using var coordinator = await new FakeCoordinator { Time = _time }.StartAsync();
        Give(coordinator.JoinToken());
        File.SetUnixFileMode(TokenFile, OwnerOnly | UnixFileMode.OtherRead);

        await Credentials().PrepareAsync(coordinator.Url, default);

        Assert.Single(_log.TakeAll(), line => line.Contains("Others may read the join token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Damaged_key_is_told_and_never_replaced()
    {
        await using var coordinator = await new FakeCoordinator { Time = _time }.StartAsync();
        Give(coordinator.JoinToken());
        File.WriteAllText(PathOf("agent.key"), "half a k");

        var end = await EndOf(coordinator.Url);

        Assert.Equal((SessionOutcome.Rejected, "half a k"), (end.Outcome, File.ReadAllText(PathOf("agent.key"))));
        Assert.Contains("agent.key is damaged", end.Why, StringComparison.Ordinal);
    }

    private async Task<FakeCoordinator> EnrolledAsync()
    {
        var coordinator = await new FakeCoordinator { Time = _time }.StartAsync();
        Give(coordinator.JoinToken());
        await Credentials().PrepareAsync(coordinator.Url, default);
        return coordinator;
    }

    // What a session with it would end with before it begins: as the session loop is told.
    private async Task<SessionEnd> EndOf(Uri url)
    {
        try
        {
            await using var stream = await new GrpcSessionDialer(Credentials()).DialAsync(url, default);
            await foreach (var message in stream.ReadAllAsync(default))
            {
                Assert.Fail($"it says {message}");
            }
        }
        catch (Exception exception) when (SessionFaults.Classify(exception, welcomed: false) is { } end)
        {
            return end;
        }

        throw new InvalidOperationException("the session ended without a word");
    }

    private AgentCredentials Credentials(bool withToken = true) => Credentials(new CredentialOptions { TokenFile = withToken ? TokenFile : null });

    private AgentCredentials Credentials(CredentialOptions options) => new(
        options, _data.Path, () => _agent, "a1", _time, LoggerFactory.Create(logging => logging.AddProvider(_log)).CreateLogger<AgentCredentials>());

    private string Give(string token)
    {
        using var file = AtomicFile.Replace(TokenFile, OwnerOnly);
        file.Write(stream => stream.Write(System.Text.Encoding.ASCII.GetBytes(token + "\n")));
        return token;
    }

    private string PathOf(string name) => Path.Combine(_data.Path, name);
}
