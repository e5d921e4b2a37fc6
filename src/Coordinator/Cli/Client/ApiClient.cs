using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Security;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>Asks a running coordinator. Whatever hinders that is a <see cref="UserErrorException"/> with the address, the cause and the remedy.</summary>
internal sealed class ApiClient : IDisposable
{
    // With the handshake of TLS, for which a busy coordinator may take seconds.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    private readonly Uri _url;
    private readonly HttpClient _http;

    /// <param name="token">Null: none is shown.</param>
    /// <param name="authorities">Of an https coordinator; null: those of the system.</param>
    public ApiClient(Uri url, string? token, X509Certificate2Collection? authorities)
    {
        _url = url;
        // A proxy cannot reach the loopback of this host, and a redirection would take the token elsewhere.
        var handler = new SocketsHttpHandler { ConnectTimeout = ConnectTimeout, UseProxy = !url.IsLoopback, AllowAutoRedirect = false };
        if (authorities is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        _http = new HttpClient(handler) { BaseAddress = url };
        _http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
    }

    public Task<T> ReadAsync<T>(string path, CancellationToken cancellationToken) => AskAsync<T>(HttpMethod.Get, path, body: null, cancellationToken);

    /// <param name="body">Sent as JSON; null: none.</param>
    public Task<T> PostAsync<T>(string path, object? body, CancellationToken cancellationToken) => AskAsync<T>(HttpMethod.Post, path, body, cancellationToken);

    public Task<T> AskAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellationToken) =>
        AskAsync(method, path, ApiJson.Read<T>, body, cancellationToken);

    /// <summary>The answer as it is, indented.</summary>
    public Task<string> AskTextAsync(HttpMethod method, string path, CancellationToken cancellationToken) =>
        AskAsync(method, path, ApiJson.Indent, body: null, cancellationToken);

    public async Task<ApiDownload> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var response = await SendAsync(HttpMethod.Get, path, HttpCompletionOption.ResponseHeadersRead, body: null, cancellationToken);
        return new ApiDownload(response, await response.Content.ReadAsStreamAsync(cancellationToken), Address(path));
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> AskAsync<T>(HttpMethod method, string path, Func<byte[], T> read, object? body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, HttpCompletionOption.ResponseContentRead, body, cancellationToken);
        try
        {
            return read(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (JsonException exception)
        {
            throw NoCoordinator(path, exception.Message, exception);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpCompletionOption completion, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : new StringContent(ApiJson.Write(body), Encoding.UTF8, "application/json");
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, completion, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            throw Unreachable(exception.Message, exception);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw Untrusted(exception);
        }
        catch (HttpRequestException exception)
        {
            throw NoCoordinator(path, exception.Message, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable("no answer in time", exception);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await RefusalAsync(path, response, cancellationToken);
        }
    }

    // The API says what is wrong in a problem's detail (RFC 9457); who answers an error without one is something else.
    private async Task<UserErrorException> RefusalAsync(string path, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json"
            && ApiJson.ProblemDetail(await response.Content.ReadAsByteArrayAsync(cancellationToken)) is { } detail)
        {
            // Whoever answers may not move the cursor of who asked.
            return new UserErrorException(PlainText.Of(detail), exitStatus: IsRejection(response.StatusCode) ? ExitCode.Rejected : ExitCode.BadUsage);
        }

        // What speaks https alone says so in plain words.
        var words = response.Content.Headers is { ContentType.MediaType: "text/plain", ContentLength: < 200 } ? $": {await response.Content.ReadAsStringAsync(cancellationToken)}" : "";
        return NoCoordinator(path, PlainText.Of($"status {(int)response.StatusCode} {response.ReasonPhrase}{words.TrimEnd()}"), null);
    }

    private static bool IsRejection(HttpStatusCode status) => status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    private UserErrorException Untrusted(HttpRequestException exception) => new(
        $"the coordinator at {Address("")} cannot be trusted: {(exception.InnerException ?? exception).Message.TrimEnd('.')}; name the CA of its certificate with --ca-file " +
        $"or {ApiConnection.CaVariable}, and ask for it by a name that is in its certificate",
        exception,
        ExitCode.Rejected);

    private UserErrorException Unreachable(string cause, Exception inner) => new(
        $"cannot reach a coordinator at {Address("")}: {cause.TrimEnd('.')}; start one with 'fping-coordinator serve -c FILE', " +
        $"or name the right address with --url or {ApiUrl.Variable}", inner);

    private UserErrorException NoCoordinator(string path, string cause, Exception? inner) => new(
        $"what answers at {Address(path)} is not the API of a coordinator of this version ({cause.TrimEnd('.')}); " +
        $"name the address of listen.http in the coordinator's file with --url or {ApiUrl.Variable}", inner);

    private string Address(string path) => new Uri(_url, path).ToString().TrimEnd('/');
}
