using System.Globalization;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Coordinator.Targets;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace FpingCluster.Coordinator.Api;

/// <summary>The kept rounds and their results.</summary>
internal static class RoundRoutes
{
    private const string Latest = "latest";
    private const int DefaultRounds = 20;
    private const int MaxRounds = 1_000;

    public static void MapRounds(this IEndpointRouteBuilder api)
    {
        api.MapGet("/api/v1/rounds", List);
        api.MapGet("/api/v1/rounds/{id}", One);
        api.MapGet("/api/v1/rounds/{id}/results", RowsOf);
    }

    private static IResult List(ClusterLoop cluster, ServiceJobs jobs, IResultStore store, string? job, string? limit)
    {
        var count = DefaultRounds;
        if (limit is not null && !(int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= MaxRounds))
        {
            return ApiProblem.BadRequest($"limit is '{limit}'; it must be a whole number from 1 to {MaxRounds}");
        }

        // Rounds of a job that is no more may still be kept.
        var rounds = store.ReadRounds(job, count);
        return rounds.Count == 0 && job is not null && !jobs.Has(job) ? NoJob(job, jobs) : Results.Json(rounds.Select(round => View(round, cluster)));
    }

    private static IResult One(string id, ClusterLoop cluster, ServiceJobs jobs, IResultStore store, string? job) =>
        Find(id, job, store) is { } round ? Results.Json(View(round, cluster)) : NoRound(id, job, jobs);

    private static IResult RowsOf(
        string id, HttpContext context, ServiceJobs jobs, IResultStore store, TargetCatalog catalog, string? job, string format = "csv", bool colour = false)
    {
        if (Known(format) is not { } known)
        {
            return ApiProblem.BadRequest($"format is '{format}'; it must be one of csv, ndjson, table");
        }

        if (Find(id, job, store) is not { } round)
        {
            return NoRound(id, job, jobs);
        }

        if (round.ClosedAt is not { } closedAt)
        {
            return ApiProblem.Conflict($"round {id} is not closed; ask again when its state is closed");
        }

        var rows = RoundRows.Collect(store, round, catalog.Find(round.Job)?.List);
        return Results.Stream(stream => Task.Run(() => Write(stream, rows, closedAt, known.Format, colour, context)), known.ContentType);
    }

    private static (ResultFormat Format, string ContentType)? Known(string format) => format switch
    {
        "csv" => (ResultFormat.Csv, "text/csv; charset=utf-8"),
        "ndjson" => (ResultFormat.Ndjson, "application/x-ndjson"),
        "table" => (ResultFormat.Table, "text/plain; charset=utf-8"),
        _ => null,
    };

    // Rows are written as fast as the reader takes them, on a thread of the pool that may block.
    private static void Write(Stream stream, ListedResults rows, DateTimeOffset closedAt, ResultFormat format, bool colour, HttpContext context)
    {
        context.Features.Get<IHttpBodyControlFeature>()!.AllowSynchronousIO = true;
        using var writer = ResultWriters.Create(format, stream, colour);
        rows.WriteTo(writer, closedAt);
    }

    private static RoundView View(RoundRecord round, ClusterLoop cluster) =>
        RoundView.Of(round, cluster.Progress.FirstOrDefault(progress => progress.Round == round.Id));

    private static RoundRecord? Find(string id, string? job, IResultStore store) =>
        id == Latest ? store.ReadRounds(job, MaxRounds).FirstOrDefault(round => round.ClosedAt is not null)
        : long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? store.FindRound(new RoundId(number))
        : null;

    private static IResult NoRound(string id, string? job, ServiceJobs jobs) =>
        id != Latest ? ApiProblem.NotFound($"there is no round '{id}'; 'fping-coordinator rounds' lists those that are kept")
        : job is null ? ApiProblem.NotFound("no round has closed yet")
        : jobs.Has(job) ? ApiProblem.NotFound($"no round of job '{job}' has closed yet; 'fping-coordinator jobs' shows when the next begins")
        : NoJob(job, jobs);

    private static IResult NoJob(string job, ServiceJobs jobs) =>
        ApiProblem.NotFound($"there is no job '{job}'; the jobs here are {string.Join(", ", jobs.Runners.Select(runner => runner.Status.Job.Name))}");
}
