using System.CommandLine;
using System.Text.Json;
using FpingCluster.Coordinator.Cli.Client;
using FpingCluster.Coordinator.Security;
using FpingCluster.Coordinator.Tests.Hosting;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Security;
using FpingCluster.TestKit;

namespace FpingCluster.Coordinator.Tests.Cli.Client;

/// <summary>`fping-coordinator token`, `audit`, `agents enrolled` and `agents revoke`, and how commands show a token.</summary>
public sealed class TokenCommandTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly WorkFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Created_token_is_all_that_stdout_has()
    {
        await using var coordinator = await TestCoordinator.StartAsync();

        Assert.Equal(ExitCode.Done, await Run(coordinator, "token create"));

        Assert.True(TokenText.TryParse(_output.ToString().TrimEnd('\n'), out var text));
        var token = coordinator.Tokens.Find(text.Id)!;
        Assert.Equal((TokenRole.Join, "join", 1, TimeSpan.FromHours(1)), (token.Role, token.Name, token.UsesLeft, token.ExpiresAt - token.CreatedAt));
        Assert.StartsWith("token ", token.CreatedBy, StringComparison.Ordinal);
        Assert.StartsWith($"join token {token.Id}, valid for 59m, for 1 agent\n", _error.ToString(), StringComparison.Ordinal);
        Assert.True(coordinator.Tokens.Check(_output.ToString().TrimEnd('\n'), TokenRole.Join).IsValid);
        var entry = coordinator.Audit.Read(1).Single();
        Assert.Equal(("token.create", $"{token}, role join", "operator.token"), (entry.What, entry.On, entry.Who.Name));
    }

    [Fact]
    public async Task Created_token_goes_to_a_file_for_this_user_alone_and_never_into_the_JSON()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        var file = _folder.Write("v.token", "old");
        File.SetUnixFileMode(file, Private | UnixFileMode.OtherRead);

        Assert.Equal(ExitCode.Done, await Run(coordinator, $"token create --role viewer --ttl 2d --name grafana -o {file} --json"));

        Assert.Equal(Private, File.GetUnixFileMode(file));
        Assert.True(TokenText.TryParse(File.ReadAllText(file).TrimEnd('\n'), out var text));
        var json = JsonDocument.Parse(_output.ToString()).RootElement;
        Assert.Equal((text.Id, "viewer", "grafana", "valid"), (json.GetProperty("id").GetString(), json.GetProperty("role").GetString(), json.GetProperty("name").GetString(), json.GetProperty("state").GetString()));
        Assert.DoesNotContain(File.ReadAllText(file).Split('.')[3].Trim(), _output.ToString() + _error, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromDays(2), coordinator.Tokens.Find(text.Id)!.ExpiresAt - coordinator.Tokens.Find(text.Id)!.CreatedAt);
    }

    [Theory]
    [InlineData("token create --json", "--json shows no secret; say with -o FILE where the token itself is to go")]
    [InlineData("token create --role admin", "--role is 'admin'; it must be one of join, viewer, operator")]
    [InlineData("token create --role viewer --uses 3", "--uses is for join tokens")]
    [InlineData("token create --ttl 0s", "--ttl is '0s'; ")]
    [InlineData("token create --uses 0", "--uses is '0'; it must be a whole number from 1 to 10000")]
    [InlineData("token create --name a\u2028b", "name must have 1 to 64 characters and no control characters")]
    [InlineData("token create -o /nowhere/x", "cannot write '/nowhere/x': its folder does not exist")]
    [InlineData("token revoke nobody", "there is no token with the id 'nobody'; 'fping-coordinator token list' shows those there are")]
    [InlineData("agents revoke nobody", "there is no agent 'nobody'; 'fping-coordinator agents enrolled' shows those there are")]
    [InlineData("agents revoke --jsno", "'--jsno' is not an option of this command")]
    [InlineData("audit --limit 0", "--limit is '0'; it must be a whole number from 1 to 10000")]
    public async Task Wrong_usage_is_told(string command, string message)
    {
        await using var coordinator = await TestCoordinator.StartAsync();

        Assert.Equal(ExitCode.BadUsage, await Run(coordinator, command));

        Assert.StartsWith(message, _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
        Assert.Single(coordinator.Tokens.List());
    }

    [Fact]
    public async Task Tokens_are_listed_and_revoked()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        var token = coordinator.Tokens.Create(TokenRole.Join, "vm", TimeSpan.FromDays(3), 7, "test", out _);

        Assert.Equal(ExitCode.Done, await Run(coordinator, $"token revoke {token.Id}"));
        Assert.Equal(ExitCode.Done, await Run(coordinator, "token list"));

        var lines = _output.ToString().TrimEnd('\n').Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();
        Assert.Equal("ID ROLE NAME STATE ENDS USES CREATED BY USED REVOKED BY", lines[0]);
        Assert.StartsWith($"{token.Id} join vm revoked 2d 7 now test - now token ", lines[1], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains(" operator operator.token valid never - ", StringComparison.Ordinal));
        Assert.Equal(("token.revoke", $"{token}"), (coordinator.Audit.Read(1).Single().What, coordinator.Audit.Read(1).Single().On));
    }

    [Fact]
    public async Task Agents_are_revoked_by_name_and_by_id()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await using var agent = await TestAgent.JoinAsync(coordinator.Grpc, "a1");
        await coordinator.Cluster.WaitForAgentsAsync(1, CancellationToken.None).WaitAsync(TestAgent.Patience);
        var id = coordinator.Cluster.Membership.Agents.Single().Introduction.Id.ToString();
        const string unseen = "0123456789abcdef0123456789abcdef";

        Assert.Equal(ExitCode.Done, await Run(coordinator, $"agents revoke a1 {unseen} --json"));
        Assert.Equal([("a1", id, "revoked"), ("", unseen, "revoked")], Revoked());
        _output.GetStringBuilder().Clear();
        Assert.Equal(ExitCode.Done, await Run(coordinator, "agents enrolled --json"));

        Assert.Equal([("", unseen, "revoked"), ("a1", id, "revoked")], Revoked());
        Assert.Equal(["agent.revoke", "agent.revoke"], coordinator.Audit.Read(2).Select(entry => entry.What));

        IEnumerable<(string?, string?, string?)> Revoked() => JsonDocument.Parse(_output.ToString()).RootElement.EnumerateArray()
            .Select(one => (one.GetProperty("name").GetString(), one.GetProperty("id").GetString(), one.GetProperty("state").GetString())).ToList();
    }

    [Fact]
    public async Task Audit_shows_who_did_what_the_newest_first()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await Run(coordinator, "token create --name x");
        _output.GetStringBuilder().Clear();

        Assert.Equal(ExitCode.Done, await Run(coordinator, "audit --limit 1"));

        var lines = _output.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ  token [a-z2-7]{8} \(operator\.token\)  127\.0\.0\.1  token\.create  done     token [a-z2-7]{8} \(x\), role join$", lines[1]);
    }

    [Fact]
    public async Task Named_token_file_is_used_in_place_of_what_a_coordinator_left()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        coordinator.Tokens.Create(TokenRole.Viewer, "v", TimeSpan.FromHours(1), null, "test", out var text);
        var file = _folder.Write("v.token", $"  {text}\n\n");
        File.SetUnixFileMode(file, Private);

        Assert.Equal(ExitCode.Done, await Run(coordinator, $"status --token-file {file}"));
        Assert.Empty(_error.ToString());
        Assert.Equal(ExitCode.Rejected, await Run(coordinator, $"token list --token-file {file}"));

        Assert.StartsWith("this takes the role operator; the token ", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_that_others_may_read_is_used_with_a_warning()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        coordinator.Tokens.Create(TokenRole.Viewer, "v", TimeSpan.FromHours(1), null, "test", out var text);
        var file = _folder.Write("v.token", text);
        File.SetUnixFileMode(file, Private | UnixFileMode.OtherRead);

        Assert.Equal(ExitCode.Done, await Run(coordinator, $"jobs --token-file {file}"));

        Assert.Equal($"warning: others may use the token in {file}; chmod 600 {file}\n", _error.ToString());
    }

    [Theory]
    [InlineData("", "holds no token; it begins with 'fpc.', as 'fping-coordinator token create' writes it")]
    [InlineData("password", "holds no token; ")]
    [InlineData(null, "cannot read ")]
    public async Task File_without_a_token_is_told_before_anybody_is_asked(string? content, string message)
    {
        var file = content is null ? _folder.PathOf("missing") : _folder.Write("x.token", content);

        Assert.Equal(ExitCode.BadUsage, await Run($"status --url http://127.0.0.1:1 --token-file {file}"));

        Assert.Contains($"--token-file: ", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains(message, _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("password", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_leaves_this_host_encrypted_or_with_insecure()
    {
        var file = _folder.Write("v.token", TokenText.Make(TokenRole.Viewer, null).Reveal());
        File.SetUnixFileMode(file, Private);

        Assert.Equal(ExitCode.BadUsage, await Run($"status --url http://192.0.2.1:8080 --token-file {file}"));

        Assert.Equal("http://192.0.2.1:8080/ would get the token unencrypted; write https://192.0.2.1:8080, or accept that with --insecure\n", _error.ToString());
    }

    [Fact]
    public async Task Coordinator_over_https_is_trusted_by_its_CA_alone()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await using var other = await TestCoordinator.StartAsync();
        var url = $"https://127.0.0.1:{coordinator.Api.Port}";
        var token = Path.Combine(coordinator.Security, OperatorToken.Name);

        Assert.Equal(ExitCode.Done, await Run($"status --url {url} --token-file {token} --ca-file {coordinator.Security}/ca.crt"));
        Assert.Equal(ExitCode.Rejected, await Run($"status --url {url} --token-file {token} --ca-file {other.Security}/ca.crt"));

        Assert.StartsWith($"the coordinator at {url} cannot be trusted: ", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("; name the CA of its certificate with --ca-file or FPINGCLUSTER_CA_FILE", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Left_token_is_for_this_user_and_goes_to_its_own_coordinator_alone()
    {
        var coordinator = await TestCoordinator.StartAsync();
        var left = Path.Combine(StateHome.Path, "fpingcluster/clients");
        var (token, ca) = ($"{left}/127.0.0.1_{coordinator.Api.Port}.token", $"{left}/127.0.0.1_{coordinator.Api.Port}.crt");
        Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(left));
        Assert.Equal(Private, File.GetUnixFileMode(token));
        Assert.Equal(ExitCode.Done, await Run($"status --url http://localhost:{coordinator.Api.Port}"));
        var (kept, keptCa) = (File.ReadAllText(token), File.ReadAllText(ca));

        await coordinator.DisposeAsync();

        Assert.False(File.Exists(token) || File.Exists(ca));
        // As after a crash: another program has the port now.
        await using var other = await TestCoordinator.StartAsync();
        var otherToken = $"{left}/127.0.0.1_{other.Api.Port}.token";
        File.WriteAllText(otherToken, kept);
        File.WriteAllText(Path.ChangeExtension(otherToken, "crt"), keptCa);
        Assert.Equal(ExitCode.Rejected, await Run($"status --url {other.Api}"));
        Assert.Contains("cannot be trusted", _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(other.Audit.Read(10), entry => entry.What == "login.refused");
    }

    [Fact]
    public void No_option_takes_a_secret()
    {
        var names = AllCommands(Root()).SelectMany(command => command.Options).Select(option => option.Name).Distinct().ToList();

        Assert.Contains("--token-file", names);
        Assert.DoesNotContain(names, name => name is "--token" or "--secret" or "--password" or "--key");
    }

    [Theory]
    [InlineData("token create")]
    [InlineData("token list")]
    [InlineData("token revoke")]
    [InlineData("agents enrolled")]
    [InlineData("agents revoke")]
    [InlineData("audit")]
    public async Task Help_has_examples(string command)
    {
        Assert.Equal(ExitCode.Done, await Run($"{command} --help"));

        Assert.All(["Examples:\n  ", "--url <URL>", "--token-file <FILE>", "--ca-file <FILE>", "--json"], part => Assert.Contains(part, _output.ToString(), StringComparison.Ordinal));
    }

    private static IEnumerable<Command> AllCommands(Command command) => command.Subcommands.SelectMany(AllCommands).Append(command);

    private static RootCommand Root() => new()
    {
        StatusCommand.Create(), JobsCommand.Create(), AgentsCommand.Create(), RoundsCommand.Create(), ResultsCommand.Create(), TokenCommand.Create(), AuditCommand.Create(),
    };

    private Task<int> Run(TestCoordinator coordinator, string command) => Run($"{command} --url {coordinator.Api}");

    private Task<int> Run(string command) => CommandRunner.RunAsync(Root(), command.Split(' '), _output, _error);
}
