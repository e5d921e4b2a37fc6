using System.Net;
using FpingCluster.Coordinator.Hosting;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Results;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Cli;

/// <summary>A coordinator that runs its jobs' rounds, writes what they came to, and ends.</summary>
internal sealed class OneShot(RunOptions options)
{
    // Agents finish nothing any more by then; a shard of fping's takes seconds.
    private static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(10);

    // For one join token: whoever is let in has the file, not a token of its own.
    private const int MostAgents = 100_000;

    private readonly List<RoundOutcome> _outcomes = [];

    public async Task<int> RunAsync(CancellationToken stopping)
    {
        var configuration = ConfigurationFile.Load(options.ConfigurationPath);
        var jobs = OutputChoice.Apply(Simulated(configuration.Jobs), options.OutputFile, options.Format);
        OutputChoice.RefuseSharedStdout(jobs, options.SummaryFile);
        OutputChoice.CheckWritable(jobs, options.SummaryFile);
        TellIgnored(configuration);
        using var folder = DataFolder.Open(options.DataDir);
        await using var app = CoordinatorHost.Build(Settings(configuration, folder.Path), options.Verbose ? LogLevel.Information : LogLevel.Warning);
        var runners = await JobRunners.CreateAsync(jobs, configuration.Limits, app.Services, stopping);
        foreach (var runner in runners)
        {
            runner.RoundFinished = Add;
        }

        await CoordinatorHost.StartAsync(app, stopping);
        UserErrorException? failure;
        try
        {
            await using var agents = new LocalAgents(app.Services.GetRequiredService<ILogger<LocalAgents>>(), LeaveTime);
            StartAgents(agents, CoordinatorHost.Endpoints(app)[0], configuration, folder.Path);
            failure = await RunJobsAsync(app.Services, runners, agents, stopping);
        }
        finally
        {
            // Whatever went wrong, the store is closed before its folder goes.
            await app.StopAsync(CancellationToken.None);
        }

        if (stopping.IsCancellationRequested)
        {
            TellInterruption(runners);
        }

        var exitCode = Report();
        return failure is null ? exitCode : throw failure;
    }

    private static void TellIgnored(CoordinatorConfiguration configuration)
    {
        if (configuration.ServiceKeys.Count > 0)
        {
            Console.Error.WriteLine(
                $"ignored here, for serve alone: {string.Join(", ", configuration.ServiceKeys)} of {configuration.SourcePath}; run has --listen and --data-dir");
        }
    }

    // Simulating agents offer the simulated engine alone, which auto never takes by itself.
    private IReadOnlyList<Job> Simulated(IReadOnlyList<Job> jobs) =>
        options.Simulate is null
            ? jobs
            : [.. jobs.Select(job => job.Probe.Engine == EngineKind.Auto ? job with { Probe = job.Probe with { Engine = EngineKind.Simulated } } : job)];

    // Beyond this host agents need a certificate, and for that a token.
    private bool IsPlain => options.Insecure || IPAddress.IsLoopback(options.Listen.Address);

    private HostSettings Settings(CoordinatorConfiguration configuration, string dataDir) => new(
        options.Listen,
        Http: null,
        options.Insecure,
        dataDir,
        new ClusterOptions { Rate = configuration.Limits.Rate, PerAgent = configuration.Limits.PerAgent },
        SettingNames.Options)
    {
        Security = new SecuritySettings { JoinToken = IsPlain ? null : new JoinTokenSettings(JoinToken(dataDir), JoinTokenSettings.DefaultTtl, MostAgents) },
    };

    private static string JoinToken(string dataDir) => Path.GetFullPath(Path.Combine(dataDir, "join.token"));

    private void StartAgents(LocalAgents agents, IPEndPoint listen, CoordinatorConfiguration configuration, string dataDir)
    {
        if (options.WaitAgents > 0)
        {
            Console.Error.WriteLine($"waiting for {Quantity.Of(options.WaitAgents, "agent")} on {listen}{HowToJoin(listen, dataDir)}");
        }

        if (options.LocalAgents == 0)
        {
            return;
        }

        var address = new IPEndPoint(IsAny(listen) ? IPAddress.Loopback : listen.Address, listen.Port);
        List<string> arguments = ["--max-rate", configuration.Limits.PerAgent.ToString()];
        arguments.AddRange(!IsPlain ? ["--token-file", JoinToken(dataDir)] : IPAddress.IsLoopback(address.Address) ? [] : ["--insecure"]);
        arguments.AddRange(configuration.FpingPath is { } fping ? ["--fping", fping] : []);
        arguments.AddRange(options.Simulate is { } simulate ? ["--engine", "simulated", "--simulate", simulate] : []);
        agents.Start(options.LocalAgents, new Uri($"{(IsPlain ? "http" : "https")}://{address}"), dataDir, arguments);
    }

    private string HowToJoin(IPEndPoint listen, string dataDir)
    {
        var host = IsAny(listen) ? $"{Dns.GetHostName()}:{listen.Port}" : $"{listen}";
        return IsPlain
            ? ""
            : $"{Environment.NewLine}copy {JoinToken(dataDir)} to each of them, and run there: fping-agent run --coordinator https://{host} --token-file join.token";
    }

    private static bool IsAny(IPEndPoint listen) => listen.Address.Equals(IPAddress.Any) || listen.Address.Equals(IPAddress.IPv6Any);

    // Returns what went wrong with the local agents; what was found until then is reported all the same.
    private async Task<UserErrorException?> RunJobsAsync(
        IServiceProvider services, IReadOnlyList<JobRunner> runners, LocalAgents agents, CancellationToken stopping)
    {
        var cluster = services.GetRequiredService<ClusterLoop>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var progress = new RunProgress(cluster, services.GetRequiredService<RoundOutput>(), runners);
        try
        {
            var work = WorkAsync(cluster, runners, agents, progress, ending.Token);
            if (await Task.WhenAny(work, agents.AllGone) == work || options.WaitAgents > 0 || stopping.IsCancellationRequested)
            {
                await work;
                return null;
            }

            await ending.CancelAsync();
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (work.IsFaulted)
            {
                await work;
            }

            return agents.Failure("all local agents have ended, so nothing more can be probed");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            await DrainAsync(cluster);
        }
    }

    private async Task WorkAsync(
        ClusterLoop cluster, IReadOnlyList<JobRunner> runners, LocalAgents agents, RunProgress progress, CancellationToken stopping)
    {
        var joined = cluster.WaitForAgentsAsync(options.LocalAgents + options.WaitAgents, stopping);
        if (await Task.WhenAny(joined, agents.AnyGone) != joined)
        {
            stopping.ThrowIfCancellationRequested();
            throw agents.Failure("a local agent has ended before it joined");
        }

        await joined;
        RefuseHindered(cluster, runners);
        await using var display = progress.Show(options.Verbose);
        await Task.WhenAll(runners.Select(runner => runner.RunAsync(options.Rounds, keepGoing: options.Rounds == 0, stopping)));
    }

    // Nobody else is awaited, so such a job would come to nothing, and late.
    private static void RefuseHindered(ClusterLoop cluster, IEnumerable<JobRunner> runners)
    {
        var agents = cluster.Membership.Agents.Select(agent => agent.Introduction).ToList();
        var hindrances = runners.Select(runner => ProbeHindrance.Of(runner.Status.Job, agents)).OfType<string>().ToList();
        if (hindrances.Count > 0)
        {
            throw new UserErrorException(string.Join(Environment.NewLine, hindrances));
        }
    }

    private static async Task DrainAsync(ClusterLoop cluster)
    {
        using var patience = new CancellationTokenSource(LeaveTime, TimeProvider.System);
        await cluster.DrainAsync("the run is over", patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Add(RoundOutcome outcome)
    {
        lock (_outcomes)
        {
            _outcomes.Add(outcome);
        }
    }

    // A round that was cut short and is not kept (see JobRunner) leaves no number.
    private void TellInterruption(IEnumerable<JobRunner> runners)
    {
        var unknown = runners.Sum(runner =>
            _outcomes.LastOrDefault(outcome => outcome.Job.Name == runner.Status.Job.Name) is { } last ? last.CutShort : runner.Status.Targets);
        Console.Error.WriteLine(unknown == 0 ? "interrupted" : $"interrupted: {unknown:N0} {(unknown == 1 ? "target is" : "targets are")} unknown because of it");
    }

    private int Report()
    {
        if (_outcomes.Count == 0)
        {
            return ExitCode.Incomplete;
        }

        var summary = RunSummary.Of(_outcomes);
        WriteSummary(SummaryJson.ToUtf8(summary));
        Console.Error.WriteLine(SummaryText.Of(summary));
        foreach (var output in _outcomes.Select(outcome => outcome.Job.Output).OfType<JobOutput>().Where(output => !output.IsStdout).Distinct())
        {
            Console.Error.WriteLine($"results: {output.File}");
        }

        return summary.Unknown > 0 ? ExitCode.Incomplete : ExitCode.Done;
    }

    private void WriteSummary(byte[] json)
    {
        switch (options.SummaryFile)
        {
            case null:
                break;
            case JobOutput.Stdout:
                using (var stdout = Console.OpenStandardOutput())
                {
                    stdout.Write(json);
                }

                break;
            case { } path:
                using (var file = AtomicFile.Replace(path))
                {
                    file.Write(stream => stream.Write(json));
                }

                break;
        }
    }
}
