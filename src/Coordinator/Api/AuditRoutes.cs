using System.Globalization;
using FpingCluster.Coordinator.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FpingCluster.Coordinator.Api;

/// <summary>The audit log, and how an act of the API gets into it.</summary>
internal static class AuditRoutes
{
    private const int DefaultEntries = 50;
    private const int MaxEntries = 10_000;

    public static void MapAudit(this IEndpointRouteBuilder api) => api.MapGet("/api/v1/audit", List).RequireAuthorization(ApiRoles.Operator);

    /// <summary>What the caller is about to do.</summary>
    public static AuditEntry Act(this HttpContext context, string what, string on) => new()
    {
        Who = TokenAuthentication.CallerOf(context),
        From = context.Connection.RemoteIpAddress?.ToString(),
        What = what,
        On = on,
    };

    private static IResult List(AuditLog audit, string? limit)
    {
        var count = DefaultEntries;
        if (limit is not null && !(int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= MaxEntries))
        {
            return ApiProblem.BadRequest($"limit is '{limit}'; it must be a whole number from 1 to {MaxEntries}");
        }

        return Results.Json(audit.Read(count).Select(AuditView.Of));
    }
}
