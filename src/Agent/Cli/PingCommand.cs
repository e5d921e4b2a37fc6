using System.CommandLine;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Simulated;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Cli;

/// <summary>The command line of <c>fping-agent ping</c>; what it does is <see cref="PingRun"/>.</summary>
internal static class PingCommand
{
    private const int DefaultRate = 20_000;
    private const int MaxRate = 10_000_000;

    private static readonly Probe Defaults = new();

    public static Command Create()
    {
        var targets = new Argument<string[]>("TARGET") { Description = "An address, a CIDR (10.0.0.0/24) or a range (10.0.0.1-10.0.0.9)" }.WithoutOptions();
        var file = new Option<string?>("--file", "-f") { Description = "Read targets from this file; - is stdin", HelpName = "FILE" };
        var engine = CommandOptions.OneOf("--engine", EngineKind.Auto, "What sends the pings; auto takes the best that works on this host");
        var count = CommandOptions.Number("--count", ["-c"], Defaults.Count, 1, ProbeRules.MaxCount, "N", "Pings per target");
        var period = CommandOptions.Duration("--period", Defaults.Period, "From one ping of a target to its next");
        var timeout = CommandOptions.Duration("--timeout", Defaults.Timeout, "A reply later than this is lost");
        var size = CommandOptions.Number("--size", [], Defaults.Size, 0, ProbeRules.MaxSize, "BYTES", "ICMP payload");
        var text = new Option<string?>("--payload-text")
        {
            Description = $"Who is pinging, for example noc@example.com, in each ping behind {ProbeRules.TokenLength} bytes of the raw engine's, which alone can; --size must have room",
            HelpName = "TEXT",
        };
        var rate = CommandOptions.Number("--rate", [], DefaultRate, 1, MaxRate, "PINGS_PER_SECOND", "The most pings sent per second, all targets together");
        var format = CommandOptions.OneOf("--format", ResultFormat.Table, "How results are written");
        var output = new Option<string?>("--output", "-o") { Description = "Write results to this file instead of stdout, which is -; pyfping lines are appended", HelpName = "FILE" };
        var summary = new Option<string?>("--summary-json") { Description = "Write a summary to this file; - is stdout, for when the results go elsewhere", HelpName = "FILE" };
        var exclude = ExcludeOption.Create();
        var own = new Option<bool>("--i-own-these") { Description = $"Ping more than {PublicTargets.Most:N0} public addresses: they are yours, or their owners agreed" };
        var lanes = EngineOptions.Lanes();
        var simulate = EngineOptions.Simulate();
        var verbose = new Option<bool>("--verbose") { Description = "Log on stderr what the engine chooses and counts" };

        var command = new Command("ping", "Ping targets once, without a coordinator.")
        {
            targets, file, exclude, own, engine, count, period, timeout, size, text, rate, format, output, summary, lanes, simulate, verbose,
        };
        simulate.OnlyWithSimulated(engine);
        command.SetAction((parsed, cancellationToken) => PingRun.RunAsync(
            new PingOptions
            {
                Targets = parsed.GetValue(targets) ?? [],
                File = parsed.GetValue(file),
                Probe = Check(new Probe
                {
                    Engine = parsed.GetValue(engine) ?? EngineKind.Auto,
                    Count = parsed.GetValue(count),
                    Period = parsed.GetValue(period) ?? Defaults.Period,
                    Timeout = parsed.GetValue(timeout) ?? Defaults.Timeout,
                    Size = parsed.GetValue(size),
                    Text = parsed.GetValue(text),
                }),
                Rate = parsed.GetValue(rate),
                Format = parsed.GetValue(format) ?? ResultFormat.Table,
                Output = parsed.GetValue(output),
                SummaryFile = parsed.GetValue(summary),
                Engines = new EngineSetup(parsed.GetValue(simulate) ?? new SimulationSettings(), Lanes: parsed.GetValue(lanes), Exclude: parsed.GetValue(exclude)),
                IOwnThese = parsed.GetValue(own),
                Verbose = parsed.GetValue(verbose),
            },
            PingConsole.Real,
            cancellationToken));
        return command.WithExamples(
            "fping-agent ping 192.0.2.1 2001:db8::1",
            "fping-agent ping 10.0.0.0/16 --rate 50000 --format csv -o results.csv --summary-json summary.json",
            "fping-agent ping -f targets.csv --exclude never.txt --size 27 --payload-text noc@example.com",
            "fping-agent ping 127.0.0.0/13 --engine raw --rate 1000000 --verbose -o /dev/null     # how fast is this host? nothing leaves it",
            "fping-agent ping -f targets.csv -c 3 --period 1s --format ndjson | jq 'select(.state == \"down\")'",
            "fping-agent ping 127.0.0.0/18 --engine simulated --simulate dead=1,rtt=5");
    }

    private static Probe Check(Probe probe)
    {
        var faults = ProbeRules.Check(probe).Select(fault => $"--{(fault.Key == "text" ? "payload-" : "")}{fault.Message}").ToList();
        return faults.Count == 0 ? probe : throw new UserErrorException(string.Join('\n', faults));
    }
}
