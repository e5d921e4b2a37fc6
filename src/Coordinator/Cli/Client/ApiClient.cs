using System.Text.Json;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>Asks a running coordinator. Whatever hinders that is a <see cref="UserErrorException"/> with the address, the cause and the remedy.</summary>
internal sealed class ApiClient : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly Uri _url;
    private readonly HttpClient _http;

    public ApiClient(Uri url)
    {
        _url = url;
        // A proxy cannot reach the loopback of this host.
        var handler = new SocketsHttpHandler { ConnectTimeout = ConnectTimeout, UseProxy = !url.IsLoopback };
        _http = new HttpClient(handler) { BaseAddress = url };
    }

    public Task<T> ReadAsync<T>(string path, CancellationToken cancellationToken) => AskAsync(HttpMethod.Get, path, ApiJson.Read<T>, cancellationToken);

    /// <summary>The answer as it is, indented.</summary>
    public Task<string> ReadTextAsync(string path, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, path, ApiJson.Indent, cancellationToken);

    public Task<T> PostAsync<T>(string path, CancellationToken cancellationToken) => AskAsync(HttpMethod.Post, path, ApiJson.Read<T>, cancellationToken);

    public async Task<ApiDownload> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var response = await SendAsync(HttpMethod.Get, path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return new ApiDownload(response, await response.Content.ReadAsStreamAsync(cancellationToken), Address(path));
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> AskAsync<T>(HttpMethod method, string path, Func<byte[], T> read, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, HttpCompletionOption.ResponseContentRead, cancellationToken);
        try
        {
            return read(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (JsonException exception)
        {
            throw NoCoordinator(path, exception.Message, exception);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, completion, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            throw Unreachable(exception.Message, exception);
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
            return new UserErrorException(detail);
        }

        return NoCoordinator(path, $"status {(int)response.StatusCode} {response.ReasonPhrase}", null);
    }

    private UserErrorException Unreachable(string cause, Exception inner) => new(
        $"cannot reach a coordinator at {Address("")}: {cause.TrimEnd('.')}; start one with 'fping-coordinator serve -c FILE', " +
        $"or name the right address with --url or {ApiUrl.Variable}", inner);

    private UserErrorException NoCoordinator(string path, string cause, Exception? inner) => new(
        $"what answers at {Address(path)} is not the API of a coordinator of this version ({cause.TrimEnd('.')}); " +
        $"name the address of listen.http in the coordinator's file with --url or {ApiUrl.Variable}", inner);

    private string Address(string path) => new Uri(_url, path).ToString().TrimEnd('/');
}
