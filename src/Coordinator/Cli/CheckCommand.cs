using System.CommandLine;
using System.Text.Json;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli;

/// <summary>`fping-coordinator check`: reads a configuration, its target lists and its certificates, and says everything that is wrong with them, or what they come to.</summary>
internal static class CheckCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create(TargetListCheck checkTargets)
    {
        var file = new Option<string>("--config", "-c") { Description = "Job file, coordinator's file or pyfping's YAML", HelpName = "FILE", Required = true };
        var json = new Option<bool>("--json") { Description = "Print the outcome as one JSON object on stdout" };
        var command = new Command(
            "check", "Check a configuration and its target lists; report all mistakes at once") { file, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var report = await CheckAsync(parsed.GetRequiredValue(file), checkTargets, cancellationToken);
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (parsed.GetValue(json))
            {
                output.WriteLine(JsonSerializer.Serialize(report, Json));
            }
            else
            {
                Print(report, output, error);
            }

            return report.Valid ? ExitCode.Done : ExitCode.BadUsage;
        });
        return command.WithExamples("fping-coordinator check -c job.yml", "fping-coordinator check -c coordinator.yml --json");
    }

    private static async Task<CheckReport> CheckAsync(string path, TargetListCheck checkTargets, CancellationToken cancellationToken)
    {
        var reading = ConfigurationReader.Read(path);
        var lists = new Dictionary<string, TargetListReport>();
        foreach (var file in reading.TargetFiles)
        {
            lists[file] = await checkTargets(file, cancellationToken);
        }

        var certificates = reading.Configuration is { } read ? CertificateCheck.Errors(path, read.Security) : [];
        var errors = reading.Errors.Concat(certificates).Concat(lists.Values.SelectMany(list => list.Errors)).ToList();
        var warnings = lists.Values.SelectMany(list => list.Warnings).ToList();
        var settings = reading.Configuration is { } configuration && errors.Count == 0
            ? EffectiveSettings.Describe(configuration, lists.ToDictionary(list => list.Key, list => list.Value.Targets))
            : null;
        return new CheckReport(path, errors.Count == 0, errors, warnings, settings);
    }

    private static void Print(CheckReport report, TextWriter output, TextWriter error)
    {
        foreach (var mistake in report.Errors)
        {
            error.WriteLine(mistake);
        }

        foreach (var warning in report.Warnings)
        {
            error.WriteLine($"warning: {warning}");
        }

        foreach (var line in report.Settings ?? [])
        {
            output.WriteLine(line);
        }
    }
}
