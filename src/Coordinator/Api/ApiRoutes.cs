using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FpingCluster.Coordinator.Api;

/// <summary>The HTTP API: what the cluster is and what it found, as JSON, CSV and NDJSON. Of the results it reads and never writes.</summary>
internal static class ApiRoutes
{
    public static void MapApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("").AddEndpointFilter(AnswerAsync);
        api.MapGet("/healthz", () => Results.Text("ok\n"));
        api.MapGet("/readyz", (ClusterLoop cluster) => cluster.StoreTrouble is { } trouble
            ? Results.Text(trouble + "\n", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ready\n"));
        api.MapGet("/api/v1/status", Status);
        api.MapGet("/api/v1/jobs", (ClusterLoop cluster, ServiceJobs jobs) => Jobs(cluster, jobs));
        api.MapAgents();
        api.MapRounds();
    }

    // The agents' port speaks HTTP/2 alone and the API's HTTP/1.1 alone, so the protocol tells through which of the two a request came.
    private static async ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (HttpProtocol.IsHttp2(context.HttpContext.Request.Protocol))
        {
            return Results.NotFound();
        }

        try
        {
            return await next(context);
        }
        catch (StoreException exception)
        {
            return ApiProblem.Unavailable(exception.Message);
        }
    }

    private static IEnumerable<JobView> Jobs(ClusterLoop cluster, ServiceJobs jobs) =>
        jobs.Runners.Select(runner => JobView.Of(runner.Status, cluster.Hindrance(runner.Status.Job)));

    private static StatusView Status(ClusterLoop cluster, ServiceJobs jobs, IResultStore store)
    {
        var connected = cluster.Membership.Agents.Where(agent => agent.Status == AgentStatus.Connected).ToList();
        return new StatusView(
            ProductVersion.Text,
            cluster.StoreTrouble is null,
            cluster.StoreTrouble,
            connected.Count,
            connected.Sum(agent => agent.Introduction.Capacity),
            [.. Jobs(cluster, jobs)],
            [.. cluster.Progress.Select(progress => RoundView.Of(store.FindRound(progress.Round)!, progress))]);
    }
}
