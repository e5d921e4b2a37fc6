using System.CommandLine;
using FpingCluster.Agent.Identity;

namespace FpingCluster.Agent.Cli;

/// <summary>The options by which an agent proves itself to https coordinators.</summary>
internal sealed class CredentialsOptions
{
    public Option<string?> TokenFile { get; } = new("--token-file")
    {
        Description = "Holds a join token of the coordinator; waited for and read until this agent has a certificate, which it then renews by itself",
        HelpName = "FILE",
    };

    public Option<string?> Certificate { get; } = new("--certificate")
    {
        Description = "Use this certificate in place of one from the coordinator (PEM, may hold the chain); read again for each session",
        HelpName = "FILE",
    };

    public Option<string?> Key { get; } = new("--key") { Description = "The key of --certificate (PEM)", HelpName = "FILE" };

    public Option<string?> CaFile { get; } = new("--ca-file")
    {
        Description = "The CA of the coordinator's certificate (PEM) [default: the one that the join token names; with --certificate, those that this host trusts]",
        HelpName = "FILE",
    };

    public void Check(Command command, Option<IReadOnlyList<Uri>> coordinators) => command.Validators.Add(result =>
    {
        var (token, certificate, key) = (result.GetResult(TokenFile) is not null, result.GetResult(Certificate) is not null, result.GetResult(Key) is not null);
        if (certificate != key)
        {
            result.AddError("--certificate and --key belong together; give both");
        }

        if (token && certificate)
        {
            result.AddError("--token-file is for an agent without a certificate of its own; give it, or --certificate and --key");
        }

        if ((token || certificate || key || result.GetResult(CaFile) is not null) && result.GetValue(coordinators)?.Any(url => url.Scheme == Uri.UriSchemeHttps) == false)
        {
            result.AddError("--token-file, --certificate, --key and --ca-file are for https coordinators; write --coordinator https://HOST:PORT");
        }
    });

    public CredentialOptions Read(ParseResult parsed) => new()
    {
        TokenFile = parsed.GetValue(TokenFile),
        Certificate = parsed.GetValue(Certificate),
        Key = parsed.GetValue(Key),
        CaFile = parsed.GetValue(CaFile),
    };
}
