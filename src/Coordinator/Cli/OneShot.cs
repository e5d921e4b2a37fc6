using FpingCluster.Coordinator.Hosting;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Cli;

/// <summary>A coordinator that runs its jobs' rounds, writes what they came to, and ends.</summary>
internal sealed class OneShot(RunOptions options)
{
    private readonly List<RoundOutcome> _outcomes = [];

    public async Task<int> RunAsync(CancellationToken stopping)
    {
        var configuration = ConfigurationFile.Load(options.ConfigurationPath);
        var jobs = OutputChoice.Apply(configuration.Jobs, options.OutputFile, options.Format);
        OutputChoice.CheckWritable(jobs, options.SummaryFile);
        using var folder = DataFolder.Open(options.DataDir);
        await using var app = CoordinatorHost.Build(Settings(configuration, folder.Path), options.Verbose ? LogLevel.Information : LogLevel.Warning);
        var runners = JobRunners.Create(jobs, configuration.Limits, app.Services);
        foreach (var runner in runners)
        {
            await runner.PrepareAsync(stopping);
            runner.RoundFinished = Add;
        }

        await CoordinatorHost.StartAsync(app, stopping);
        await using (var agents = new LocalAgents(app.Services.GetRequiredService<ILogger<LocalAgents>>()))
        {
            StartAgents(agents, app, configuration, folder.Path);
            await RunJobsAsync(app.Services.GetRequiredService<ClusterLoop>(), runners, agents, stopping);
        }

        await app.StopAsync(CancellationToken.None);
        return Report();
    }

    private HostSettings Settings(CoordinatorConfiguration configuration, string dataDir) => new(
        options.Listen,
        Http: null,
        options.Insecure,
        dataDir,
        new ClusterOptions { Rate = configuration.Limits.Rate, PerAgent = configuration.Limits.PerAgent });

    private void StartAgents(LocalAgents agents, WebApplication app, CoordinatorConfiguration configuration, string dataDir)
    {
        if (options.LocalAgents == 0)
        {
            return;
        }

        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var port = new Uri(address).Port;
        List<string> arguments = ["--max-rate", configuration.Limits.PerAgent.ToString()];
        arguments.AddRange(configuration.FpingPath is { } fping ? ["--fping", fping] : []);
        arguments.AddRange(options.Simulate is { } simulate ? ["--engine", "simulated", "--simulate", simulate] : []);
        agents.Start(options.LocalAgents, new Uri($"http://127.0.0.1:{port}"), dataDir, arguments);
    }

    private async Task RunJobsAsync(ClusterLoop cluster, IReadOnlyList<JobRunner> runners, LocalAgents agents, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await using var progress = RunProgress.Show(cluster, options.Verbose);
        var work = WorkAsync(cluster, runners, ending.Token);
        if (await Task.WhenAny(work, agents.AllGone) != work && options.WaitAgents == 0)
        {
            await ending.CancelAsync();
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new UserErrorException($"all local agents have ended, so nothing can be probed:{Environment.NewLine}{agents.LastWords()}", exitStatus: ExitCode.Incomplete);
        }

        await work;
        cluster.DrainAll("the run is over");
    }

    private async Task WorkAsync(ClusterLoop cluster, IReadOnlyList<JobRunner> runners, CancellationToken stopping)
    {
        await cluster.WaitForAgentsAsync(options.LocalAgents + options.WaitAgents, stopping);
        await Task.WhenAll(runners.Select(runner => runner.RunAsync(options.Rounds, keepGoing: options.Rounds == 0, stopping)));
    }

    private void Add(RoundOutcome outcome)
    {
        lock (_outcomes)
        {
            _outcomes.Add(outcome);
        }
    }

    private int Report()
    {
        if (_outcomes.Count == 0)
        {
            return ExitCode.Incomplete;
        }

        var summary = RunSummary.Of(_outcomes);
        if (options.SummaryFile is { } file)
        {
            using var json = AtomicFile.Replace(file);
            json.Write(stream => stream.Write(SummaryJson.ToUtf8(summary)));
        }

        Console.Error.WriteLine(SummaryText.Of(summary));
        foreach (var output in _outcomes.Select(outcome => outcome.Job.Output).OfType<JobOutput>().Where(output => !output.IsStdout).Distinct())
        {
            Console.Error.WriteLine($"results: {output.File}");
        }

        return summary.Unknown > 0 ? ExitCode.Incomplete : ExitCode.Done;
    }
}
