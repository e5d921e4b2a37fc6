using FpingCluster.Shared.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace FpingCluster.Coordinator.Api;

/// <summary>The two roles of the API as authorization policies; each route of it has one, or allows anybody by name.</summary>
internal static class ApiRoles
{
    public const string Viewer = "viewer";
    public const string Operator = "operator";

    public static string Of(TokenRole role) => role.ToString().ToLowerInvariant();

    /// <summary>The role that a route takes.</summary>
    public static string NeededFor(Endpoint? endpoint) =>
        endpoint?.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(data => data.Policy == Operator) is true ? Operator : Viewer;
}
