using System.CommandLine;
using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>The options of every command that asks a running coordinator: where it is, who asks, and whom to trust.</summary>
internal sealed class ApiConnection
{
    public const string TokenVariable = "FPINGCLUSTER_TOKEN_FILE";
    public const string CaVariable = "FPINGCLUSTER_CA_FILE";

    private readonly Option<string> _url = new("--url")
    {
        Description = $"The coordinator's API [default: {ApiUrl.Variable} of the environment, else {ApiUrl.Default}]",
        HelpName = "URL",
    };

    private readonly Option<string> _tokenFile = new("--token-file")
    {
        Description = $"A file with your token [default: {TokenVariable}, else what a coordinator of this user left on this host]",
        HelpName = "FILE",
    };

    private readonly Option<string> _caFile = new("--ca-file")
    {
        Description = $"The CA of an https coordinator, as PEM [default: {CaVariable}, else what a coordinator of this user left on this host, else the system's]",
        HelpName = "FILE",
    };

    private readonly Option<bool> _insecure = new("--insecure") { Description = "Send the token unencrypted, when the URL is http and leaves this host" };

    public void AddTo(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_tokenFile);
        command.Options.Add(_caFile);
        command.Options.Add(_insecure);
    }

    /// <exception cref="UserErrorException">The URL or a file is no good.</exception>
    public ApiClient Open(ParseResult parsed)
    {
        var url = ApiUrl.Choose(parsed.GetValue(_url), Environment.GetEnvironmentVariable(ApiUrl.Variable));
        var left = LocalTokens.OfUser()?.Find(url);
        var (tokenFile, tokenSetting) = Choose(parsed.GetValue(_tokenFile), "--token-file", TokenVariable);
        var (caFile, caSetting) = Choose(parsed.GetValue(_caFile), "--ca-file", CaVariable);
        // Whoever took the port of a coordinator that crashed must not get the token that it left.
        var isSafer = tokenFile is null && left?.CaFile is not null && url.Scheme == Uri.UriSchemeHttp;
        var address = isSafer ? new UriBuilder(url) { Scheme = Uri.UriSchemeHttps }.Uri : url;
        var token = (tokenFile ?? left?.TokenFile) is { } file ? ApiToken.Read(file, tokenSetting, parsed.InvocationConfiguration.Error) : null;
        if (token is not null && address.Scheme == Uri.UriSchemeHttp && !url.IsLoopback && !parsed.GetValue(_insecure))
        {
            throw new UserErrorException($"{url} would get the token unencrypted; write https://{url.Authority}, or accept that with --insecure");
        }

        var trusted = address.Scheme == Uri.UriSchemeHttps ? caFile ?? left?.CaFile : null;
        return new ApiClient(address, token, trusted is null ? null : CaFile.Read(trusted, caSetting));
    }

    private static (string? File, string Setting) Choose(string? option, string name, string variable) =>
        option is null && Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named ? (named, variable) : (option, name);
}
