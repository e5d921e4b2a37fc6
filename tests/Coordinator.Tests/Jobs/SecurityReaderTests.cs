using FpingCluster.Coordinator.Jobs;

namespace FpingCluster.Coordinator.Tests.Jobs;

public sealed class SecurityReaderTests : IDisposable
{
    private const string Smallest = "jobs: [{ name: iot, targets: { file: targets.csv } }]\n";

    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void File_without_security_gets_a_certificate_of_the_own_CA_and_no_join_token()
    {
        var security = _folder.Read(Smallest).Security;

        Assert.Equal((null, null, null, TimeSpan.FromHours(24)), (security.Tls, security.AgentsCa, security.JoinToken, security.AgentLifetime));
        Assert.Empty(security.Names);
    }

    [Fact]
    public void Every_key_is_read_and_paths_count_from_the_files_folder()
    {
        var configuration = _folder.Read(Smallest + """
            security:
              names: [ping.example.com, 10.0.0.5, "2001:db8::1"]
              tls: { certificate: tls.crt, key: /etc/tls.key }
              agents: { ca: ca.crt, lifetime: 1h }
              join_token: { file: join.token, ttl: 2h, uses: 7 }
            """);

        var security = configuration.Security;
        Assert.Equal(["ping.example.com", "10.0.0.5", "2001:db8::1"], security.Names);
        Assert.Equal(new TlsFiles(_folder["tls.crt"], "/etc/tls.key"), security.Tls);
        Assert.Equal((_folder["ca.crt"], TimeSpan.FromHours(1)), (security.AgentsCa, security.AgentLifetime));
        Assert.Equal(new JoinTokenSettings(_folder["join.token"], TimeSpan.FromHours(2), 7), security.JoinToken);
        Assert.Equal(["security"], configuration.ServiceKeys);
    }

    [Theory]
    [InlineData("names: [a b]", "security.names[0]: must be a host name or an address, such as ping.example.com or 10.0.0.5, not 'a b'")]
    [InlineData("names: [\"*.example.com\"]", "security.names[0]: must be a host name or an address")]
    [InlineData("tls: { certificate: a }", "security.tls.key: 'key' is missing; name the PEM file with the certificate's key")]
    [InlineData("tls: { key: a }", "security.tls.certificate: 'certificate' is missing")]
    [InlineData("agents: { lifetime: 1m }", "security.agents.lifetime: lifetime is 1m; it must be 5m to 365d")]
    [InlineData("agents: { life: 1h }", "security.agents.life: unknown key 'life'")]
    [InlineData("join_token: { ttl: 1h }", "security.join_token.file: 'file' is missing")]
    [InlineData("join_token: { file: nowhere/join.token }", "security.join_token.file: the folder of ")]
    [InlineData("join_token: { file: join.token, uses: 0 }", "security.join_token.uses: uses is 0; it must be 1 or more")]
    [InlineData("join_token: { file: join.token, ttl: 1s }", "security.join_token.ttl: ttl is 1s; it must be 1m to 365d")]
    [InlineData("token: x", "security.token: unknown key 'token'")]
    public void Wrong_value_is_refused_with_what_it_must_be(string line, string expected)
    {
        var error = Assert.Single(_folder.Errors($"{Smallest}security: {{ {line} }}\n"));

        Assert.StartsWith($"job.yml:2: {expected}", error, StringComparison.Ordinal);
    }
}
