using System.Net;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Shared.Security;
using Microsoft.AspNetCore.Http;

namespace FpingCluster.Coordinator.Api;

/// <summary>
/// Turns away what does not belong here before anything is asked: API requests on the agents' port, and what a browser sends for another site. Such a site
/// may have its own name point to 127.0.0.1, so without TLS a loopback connection must name this host as its host.
/// </summary>
internal sealed class ApiDoor(RequestDelegate next, SecuritySettings settings)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        // The agents' port speaks HTTP/2 alone and the API's HTTP/1.1 alone, so the protocol tells through which of the two a request came.
        if (HttpProtocol.IsHttp2(request.Protocol))
        {
            return context.GetEndpoint()?.Metadata.GetMetadata<ApiMark>() is null ? next(context) : Results.NotFound().ExecuteAsync(context);
        }

        // Answers quote what was asked for; no browser may take one for a page.
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (!request.IsHttps && IsLoopback(context.Connection.LocalIpAddress) && !IsOurs(request.Host))
        {
            return ApiProblem.Misdirected(
                $"the host '{Quoted(request.Host.Value)}' is not this coordinator's; ask for 127.0.0.1 or localhost, or add the name to security.names").ExecuteAsync(context);
        }

        return request.Headers.Origin is { Count: > 0 } origin && origin.ToString() != $"{request.Scheme}://{request.Host.Value}"
            ? ApiProblem.Forbidden($"a page of '{Quoted(origin.ToString())}' may not call the API of this coordinator").ExecuteAsync(context)
            : next(context);
    }

    private static bool IsLoopback(IPAddress? address) => address is not null && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    private static string Quoted(string? text) => PlainText.Of(text ?? "", maxLength: 200);

    private bool IsOurs(HostString host) =>
        host.HasValue && (IPAddress.TryParse(host.Host, out var address) ? IPAddress.IsLoopback(address)
            : host.Host == "localhost" || host.Host == Environment.MachineName || settings.Names.Contains(host.Host, StringComparer.OrdinalIgnoreCase));
}
