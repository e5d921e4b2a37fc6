using System.CommandLine;
using System.Net;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Cli;

/// <summary>`fping-coordinator run`: one round, or several, then done.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var file = new Option<string>("--config", "-c") { Description = "Job file, or pyfping's YAML as it is", HelpName = "FILE", Required = true };
        var local = CommandOptions.Number("--local-agents", [], 0, 0, 256, "N", "Start N agents on this host (1 when neither this nor --wait-agents is given)");
        var wait = CommandOptions.Number("--wait-agents", [], 0, 0, 100_000, "N", "Begin when N agents from elsewhere have joined");
        var listen = new Option<IPEndPoint>("--listen")
        {
            Description = "Where agents from elsewhere connect [default: 127.0.0.1:7443 with --wait-agents, else any free port of 127.0.0.1]",
            HelpName = "ADDR:PORT",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (!IPEndPoint.TryParse(text, out var endpoint) || (endpoint.Port == 0 && !text.EndsWith(":0", StringComparison.Ordinal)))
                {
                    result.AddError($"--listen is '{text}'; write an address of this host and a port, for example 0.0.0.0:7443");
                }

                return endpoint!;
            },
        };
        var rounds = CommandOptions.Number("--rounds", [], 1, 0, int.MaxValue, "N", "How many rounds of each job; 0: until stopped");
        var dataDir = new Option<string>("--data-dir") { Description = "Keep the results of each shard here; without it they go to a temporary folder", HelpName = "DIR" };
        var output = new Option<string>("--output", "-o") { Description = "Write the results here instead of where the job says; - is stdout", HelpName = "FILE" };
        var format = new Option<ResultFormat?>("--format")
        {
            Description = "Format of -o or stdout [default: the job's, else csv]",
            HelpName = "table|csv|ndjson|pyfping",
            CustomParser = result =>
            {
                var known = Enum.TryParse<ResultFormat>(result.Tokens[0].Value, ignoreCase: true, out var parsed) && !char.IsDigit(result.Tokens[0].Value[0]);
                if (!known)
                {
                    result.AddError($"--format is '{result.Tokens[0].Value}'; it must be one of table, csv, ndjson, pyfping");
                }

                return parsed;
            },
        };
        var summary = new Option<string>("--summary-json") { Description = "Write the summary here as one JSON object; - is stdout, for when the results go elsewhere", HelpName = "FILE" };
        var simulate = new Option<string>("--simulate")
        {
            Description = "Local agents answer from a simulated network: no packet is sent. SETTINGS as in 'fping-agent run --help'",
            HelpName = "SETTINGS",
        };
        var insecure = new Option<bool>("--insecure") { Description = "Accept unencrypted agents from beyond this host" };
        var verbose = new Option<bool>("--verbose") { Description = "Log what happens (agents, rounds, layouts) on stderr" };
        var command = new Command("run", "Probe the targets of a job file once and write the results")
        {
            file, local, wait, listen, rounds, dataDir, output, format, summary, simulate, insecure, verbose,
        };
        simulate.Validators.Add(result =>
        {
            if (result.GetResult(wait) is { Implicit: false } && result.GetResult(local) is not { Implicit: false })
            {
                result.AddError("--simulate is for local agents; add --local-agents N, or start those from elsewhere with --engine simulated");
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            var waitAgents = parsed.GetValue(wait);
            var localAgents = parsed.GetValue(local);
            return new OneShot(new RunOptions
            {
                ConfigurationPath = parsed.GetRequiredValue(file),
                LocalAgents = localAgents + waitAgents == 0 ? 1 : localAgents,
                WaitAgents = waitAgents,
                Listen = parsed.GetValue(listen) ?? new IPEndPoint(IPAddress.Loopback, waitAgents > 0 ? 7443 : 0),
                Rounds = parsed.GetValue(rounds),
                DataDir = parsed.GetValue(dataDir),
                OutputFile = parsed.GetValue(output),
                Format = parsed.GetValue(format),
                SummaryFile = parsed.GetValue(summary),
                Simulate = parsed.GetValue(simulate),
                Insecure = parsed.GetValue(insecure),
                Verbose = parsed.GetValue(verbose),
            }).RunAsync(cancellationToken);
        });
        return command.WithExamples(
            "fping-coordinator run -c job.yml --local-agents 3",
            "fping-coordinator run -c job.yml --wait-agents 3 --listen 10.0.0.1:7443 -o results.csv --summary-json summary.json",
            "fping-coordinator run -c test.yml          # pyfping's own file");
    }
}
