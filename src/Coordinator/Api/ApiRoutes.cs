using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Metrics;
using FpingCluster.Coordinator.Security;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace FpingCluster.Coordinator.Api;

/// <summary>The HTTP API: what the cluster is and what it found, as JSON, CSV and NDJSON. Of the results it reads and never writes.</summary>
internal static class ApiRoutes
{
    // The longest body is an order for a token.
    private const int MaxBody = 16 * 1024;

    /// <summary>All of it takes the role of a viewer, and what changes something that of an operator.</summary>
    public static void MapApi(this WebApplication app)
    {
        app.UseApi();
        var all = app.MapGroup("").WithMetadata(new ApiMark(), new RequestSizeLimitAttribute(MaxBody)).AddEndpointFilter(AnswerAsync);
        var open = all.MapGroup("").AllowAnonymous();
        open.MapGet("/healthz", () => Results.Text("ok\n"));
        open.MapGet("/readyz", (ClusterLoop cluster) => cluster.StoreTrouble is { } trouble
            ? Results.Text(trouble + "\n", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ready\n"));
        var api = all.MapGroup("").RequireAuthorization(ApiRoles.Viewer);
        api.MapGet("/api/v1/status", Status);
        api.MapGet("/api/v1/jobs", (ClusterLoop cluster, ServiceJobs jobs) => Jobs(cluster, jobs));
        api.MapGet("/metrics", Metrics);
        api.MapAgents();
        api.MapEnrolled();
        api.MapRounds();
        api.MapTokens();
        api.MapAudit();
    }

    private static async ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        // A store, an audit log or a file of tokens that takes nothing.
        catch (UserErrorException exception)
        {
            return ApiProblem.Unavailable(exception.Message);
        }
        catch (BadHttpRequestException exception)
        {
            return ApiProblem.Of(exception.StatusCode, exception.Message);
        }
    }

    private static IEnumerable<JobView> Jobs(ClusterLoop cluster, ServiceJobs jobs) =>
        jobs.Runners.Select(runner => JobView.Of(runner.Status, cluster.Hindrance(runner.Status.Job)));

    private static IResult Metrics(ClusterLoop cluster, ServiceJobs jobs) => Results.Text(
        ClusterMetrics.Of(
            ProductVersion.Text,
            cluster.StoreTrouble is null,
            cluster.Membership.Agents,
            [.. jobs.Runners.Select(runner => runner.Status with { Problem = cluster.Hindrance(runner.Status.Job) ?? runner.Status.Problem })],
            cluster.Progress),
        MetricPage.ContentType);

    private static StatusView Status(ClusterLoop cluster, ServiceJobs jobs, IResultStore store, IServerCertificate certificate)
    {
        var connected = cluster.Membership.Agents.Where(agent => agent.Status == AgentStatus.Connected).ToList();
        return new StatusView(
            ProductVersion.Text,
            cluster.StoreTrouble is null,
            cluster.StoreTrouble ?? certificate.Trouble,
            connected.Count,
            connected.Sum(agent => agent.Introduction.Capacity),
            [.. Jobs(cluster, jobs)],
            [.. cluster.Progress.Select(progress => RoundView.Of(store.FindRound(progress.Round)!, progress))]);
    }
}
