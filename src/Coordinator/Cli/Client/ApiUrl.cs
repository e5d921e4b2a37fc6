using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>Where the API is: what the command line says, else the environment, else this host.</summary>
internal static class ApiUrl
{
    public const string Variable = "FPINGCLUSTER_URL";
    public const string Default = "http://127.0.0.1:8080";

    /// <returns>Ends with a slash, so that paths can be put behind it.</returns>
    public static Uri Choose(string? option, string? variable)
    {
        var (text, source) = option is not null ? (option, "--url") : string.IsNullOrEmpty(variable) ? (Default, "") : (variable, Variable);
        return Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length + url.Fragment.Length == 0
            ? url
            : throw new UserErrorException($"{source} is '{text}'; write http://HOST:PORT, for example {Default}");
    }
}
