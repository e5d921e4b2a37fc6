using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Coordinator.Targets;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace FpingCluster.Coordinator.Api;

/// <summary>The HTTP API: what the cluster is and what it found, as JSON, CSV and NDJSON. It reads and never writes.</summary>
internal static class ApiRoutes
{
    private const int MaxRounds = 1_000;

    /// <param name="port">Where the API listens (0: any port): the agents' port does not serve it.</param>
    public static void MapApi(this IEndpointRouteBuilder app, int port)
    {
        var api = app.MapGroup("").AddEndpointFilter(async (context, next) =>
            port == 0 || context.HttpContext.Connection.LocalPort == port ? await next(context) : Results.NotFound());
        api.MapGet("/healthz", () => Results.Text("ok\n"));
        api.MapGet("/readyz", (ClusterLoop cluster) => cluster.StoreTrouble is { } trouble
            ? Results.Text(trouble + "\n", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ready\n"));
        api.MapGet("/api/v1/status", Status);
        api.MapGet("/api/v1/agents", (ClusterLoop cluster) => cluster.Membership.Agents.Select(AgentView.Of));
        api.MapGet("/api/v1/jobs", (ServiceJobs jobs) => jobs.Runners.Select(runner => JobView.Of(runner.Status)));
        api.MapGet("/api/v1/rounds", Rounds);
        api.MapGet("/api/v1/rounds/{id}", Round);
        api.MapGet("/api/v1/rounds/{id}/results", RoundResults);
    }

    private static StatusView Status(ClusterLoop cluster, ServiceJobs jobs, IResultStore store)
    {
        var connected = cluster.Membership.Agents.Where(agent => agent.Status == AgentStatus.Connected).ToList();
        return new StatusView(
            ProductVersion.Text,
            cluster.StoreTrouble is null,
            cluster.StoreTrouble,
            connected.Count,
            connected.Sum(agent => agent.Introduction.Capacity),
            [.. jobs.Runners.Select(runner => JobView.Of(runner.Status))],
            [.. cluster.Progress.Select(progress => RoundView.Of(store.FindRound(progress.Round)!, progress))]);
    }

    private static IResult Rounds(ClusterLoop cluster, IResultStore store, string? job = null, int limit = 20) =>
        limit is >= 1 and <= MaxRounds
            ? Results.Json(store.ReadRounds(job, limit).Select(round => View(round, cluster)))
            : Problem(StatusCodes.Status400BadRequest, $"limit is {limit}; it must be 1 to {MaxRounds}");

    private static IResult Round(string id, ClusterLoop cluster, IResultStore store) =>
        Find(id, store) is { } round ? Results.Json(View(round, cluster)) : NoRound(id);

    private static IResult RoundResults(string id, HttpContext context, ClusterLoop cluster, IResultStore store, TargetCatalog catalog, string format = "csv")
    {
        if (format is not ("csv" or "ndjson"))
        {
            return Problem(StatusCodes.Status400BadRequest, $"format is '{format}'; it must be csv or ndjson");
        }

        if (Find(id, store) is not { } round)
        {
            return NoRound(id);
        }

        if (round.ClosedAt is not { } closedAt)
        {
            return Problem(StatusCodes.Status409Conflict, $"round {id} is not closed yet; ask again when its state is closed");
        }

        var rows = RoundRows.Collect(store, round, catalog.Find(round.Job)?.List);
        return Results.Stream(
            stream => Task.Run(() => Write(stream, format, rows, closedAt, context)),
            format == "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson");
    }

    // Rows are written as fast as the reader takes them, on a thread of the pool that may block.
    private static void Write(Stream stream, string format, ListedResults rows, DateTimeOffset closedAt, HttpContext context)
    {
        context.Features.Get<IHttpBodyControlFeature>()!.AllowSynchronousIO = true;
        using var writer = ResultWriters.Create(format == "csv" ? ResultFormat.Csv : ResultFormat.Ndjson, stream);
        rows.WriteTo(writer, closedAt);
    }

    private static RoundView View(RoundRecord round, ClusterLoop cluster) =>
        RoundView.Of(round, cluster.Progress.FirstOrDefault(progress => progress.Round == round.Id));

    private static RoundRecord? Find(string id, IResultStore store) => long.TryParse(id, out var number) ? store.FindRound(new RoundId(number)) : null;

    private static IResult NoRound(string id) =>
        Problem(StatusCodes.Status404NotFound, $"there is no round '{id}'; /api/v1/rounds lists those that are kept");

    private static IResult Problem(int status, string detail) => Results.Problem(detail, statusCode: status);
}
