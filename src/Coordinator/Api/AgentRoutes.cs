using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Leases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FpingCluster.Coordinator.Api;

/// <summary>The agents: who they are, and asking one to leave.</summary>
internal static class AgentRoutes
{
    private const string Reason = "an operator asked for it through the coordinator's API";

    public static void MapAgents(this IEndpointRouteBuilder api)
    {
        api.MapGet("/api/v1/agents", (ClusterLoop cluster) => cluster.Membership.Agents.Select(AgentView.Of));
        api.MapPost("/api/v1/agents/{id}/drain", DrainAsync).RequireAuthorization(ApiRoles.Operator);
    }

    // By id alone: two agents may have one name.
    private static async Task<IResult> DrainAsync(string id, HttpContext context, ClusterLoop cluster, AuditLog audit)
    {
        if (!Guid.TryParseExact(id, "N", out var value)
            || cluster.Membership.Agents.FirstOrDefault(member => member.Introduction.Id.Value == value)?.Introduction is not { } known)
        {
            return NoAgent(id);
        }

        var act = context.Act("agent.drain", AuditActor.Agent(known.Id.ToString(), known.Name).ToString());
        audit.Write(act);
        if (await cluster.DrainAsync(new AgentId(value), Reason) is { } agent)
        {
            return Results.Json(AgentView.Of(agent), statusCode: StatusCodes.Status202Accepted);
        }

        audit.Write(act with { Outcome = AuditOutcome.Failed, Why = "it has left" });
        return NoAgent(id);
    }

    private static IResult NoAgent(string id) =>
        ApiProblem.NotFound($"there is no agent with the id '{id}'; /api/v1/agents lists those that are connected");
}
