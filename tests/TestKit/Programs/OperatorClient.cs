using System.Net.Http.Headers;

namespace FpingCluster.TestKit.Programs;

/// <summary>Calls a coordinator's API as its operator, with the token in its data folder. Neither needs to be there yet.</summary>
public static class OperatorClient
{
    public static HttpClient Of(string url, string dataDir) =>
        new(new TokenHandler(TokenFile(dataDir))) { BaseAddress = new Uri(url) };

    public static string TokenFile(string dataDir) => Path.Combine(dataDir, "security/operator.token");

    private sealed class TokenHandler(string file) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (File.Exists(file))
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(file).Trim());
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
