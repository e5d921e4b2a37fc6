using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Leases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FpingCluster.Coordinator.Api;

/// <summary>The agents that have certificates, and locking one out.</summary>
internal static class EnrolledRoutes
{
    public static void MapEnrolled(this IEndpointRouteBuilder api)
    {
        api.MapGet("/api/v1/agents/enrolled", (EnrolledAgents agents, TimeProvider time) => agents.List().Select(agent => EnrolledView.Of(agent, time.GetUtcNow())));
        api.MapPost("/api/v1/agents/{id}/revoke", Revoke).RequireAuthorization(ApiRoles.Operator);
    }

    // Any id, for an agent with a certificate from outside may never have been seen here.
    private static IResult Revoke(string id, HttpContext context, EnrolledAgents agents, ClusterLoop cluster, AuditLog audit, TimeProvider time)
    {
        if (!Guid.TryParseExact(id, "N", out var value))
        {
            return ApiProblem.NotFound($"'{id}' is no agent's id, which is 32 hexadecimal digits; /api/v1/agents/enrolled lists those that enrolled");
        }

        var agent = new AgentId(value);
        var connected = cluster.Membership.Agents.FirstOrDefault(member => member.Introduction.Id == agent)?.Introduction.Name;
        var name = agents.Find(agent)?.Name ?? connected ?? "";
        audit.Write(
            context.Act("agent.revoke", AuditActor.Agent(agent.ToString(), name).ToString()),
            () => agents.Revoke(agent, TokenAuthentication.CallerOf(context).ToString(), name));
        return Results.Json(EnrolledView.Of(agents.Find(agent)!, time.GetUtcNow()));
    }
}
