using System.CommandLine;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>`fping-coordinator results`: the rows of a closed round, passed on as they come.</summary>
internal static class ResultsCommand
{
    private const string Latest = "latest";

    /// <param name="stdout">Where the rows go without -o.</param>
    public static Command Create(Func<Stream>? stdout = null)
    {
        var round = new Argument<string>("ROUND")
        {
            Description = "The number of a closed round, or 'latest' [default: latest]",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var job = new Option<string>("--job") { Description = "The latest round of this job", HelpName = "NAME" };
        var format = CommandOptions.OneOf("--format", ResultsFormat.Csv, "How to write the rows");
        var json = new Option<bool>("--json") { Description = "The same as --format ndjson" };
        var file = new Option<string>("--output", "-o") { Description = "Write the rows here, whole or not at all; - is stdout", HelpName = "FILE" };
        var connection = new ApiConnection();
        var command = new Command("results", "Fetch the results of a closed round from a running coordinator") { round, job, format, json, file };
        connection.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(round) is { } id && id != Latest && result.GetValue(job) is { } name)
            {
                result.AddError($"--job {name} chooses among the latest rounds, but round {id} is named; leave out one of them");
            }

            if (result.GetValue(json) && result.GetResult(format) is { Implicit: false })
            {
                result.AddError("--json and --format both say how to write the rows; leave out one of them");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var target = parsed.GetValue(file) is { } path and not "-" ? path : null;
            var chosen = parsed.GetValue(json) ? ResultsFormat.Ndjson : parsed.GetValue(format) ?? ResultsFormat.Csv;
            var request = Path(parsed.GetValue(round) ?? Latest, parsed.GetValue(job), chosen, colour: target is null && stdout is null && TerminalFeatures.StdoutHasColour);
            using var client = connection.Open(parsed);
            await WriteAsync(client, request, target, stdout ?? Console.OpenStandardOutput, cancellationToken);
            return ExitCode.Done;
        });
        return command.WithExamples(
            "fping-coordinator results -o results.csv",
            "fping-coordinator results latest --job iot --format table",
            "fping-coordinator results 42 --format ndjson | jq 'select(.state == \"down\")'");
    }

    private static string Path(string round, string? job, ResultsFormat format, bool colour) =>
        $"api/v1/rounds/{Uri.EscapeDataString(round)}/results?format={format.ToString().ToLowerInvariant()}" +
        (job is null ? "" : $"&job={Uri.EscapeDataString(job)}") +
        (colour && format == ResultsFormat.Table ? "&colour=true" : "");

    private static async Task WriteAsync(ApiClient client, string request, string? file, Func<Stream> stdout, CancellationToken cancellationToken)
    {
        // Opened before the coordinator is asked, so that a wrong path costs nothing.
        using var output = file is null ? null : AtomicFile.Replace(file);
        using var download = await client.OpenAsync(request, cancellationToken);
        if (output is not null)
        {
            output.Write(stream => download.CopyTo(stream, cancellationToken));
            return;
        }

        using var stream = stdout();
        download.CopyTo(stream, cancellationToken);
    }
}
