using System.Net;

namespace FpingCluster.Agent.Cli;

/// <summary>The values of --coordinator: addresses separated by commas, or the option several times.</summary>
internal static class CoordinatorUrls
{
    /// <summary>Null when all is well, else every error.</summary>
    public static string? TryParse(IEnumerable<string> values, out IReadOnlyList<Uri> urls)
    {
        List<Uri> parsed = [];
        List<string> errors = [];
        foreach (var text in values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.PathAndQuery == "/" && url.UserInfo.Length == 0)
            {
                parsed.Add(url);
            }
            else
            {
                errors.Add($"--coordinator is '{text}'; write http://HOST:PORT or https://HOST:PORT, for example http://127.0.0.1:7443");
            }
        }

        if (parsed.Count == 0 && errors.Count == 0)
        {
            errors.Add("--coordinator is empty; write http://HOST:PORT or https://HOST:PORT");
        }

        urls = parsed;
        return errors.Count == 0 ? null : string.Join('\n', errors);
    }

    /// <summary>Plain http can be read and forged on its way; null when it does not leave this host.</summary>
    public static string? FindInsecure(IEnumerable<Uri> urls)
    {
        var open = urls.Where(url => url.Scheme == Uri.UriSchemeHttp && !IsLoopback(url)).Select(url => url.OriginalString).ToList();
        return open.Count == 0
            ? null
            : $"{string.Join(", ", open)}: plain http is accepted on loopback only; use https, or add --insecure if you trust the network between";
    }

    private static bool IsLoopback(Uri url) =>
        url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
