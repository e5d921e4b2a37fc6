using System.CommandLine;
using FpingCluster.Coordinator.Hosting;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Cli;

/// <summary>`fping-coordinator serve`: the coordinator as a service, until SIGTERM.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var file = new Option<string>("--config", "-c") { Description = "The coordinator's file", HelpName = "FILE", Required = true };
        var insecure = new Option<bool>("--insecure") { Description = "Accept unencrypted agents and API clients from beyond this host" };
        var command = new Command("serve", "Run all jobs on their schedule, serve agents and the API") { file, insecure };
        command.SetAction((parsed, cancellationToken) => ServeAsync(parsed.GetRequiredValue(file), parsed.GetValue(insecure), cancellationToken));
        return command.WithExamples(
            "fping-coordinator serve -c coordinator.yml",
            "fping-coordinator serve -c coordinator.yml --insecure      # unencrypted beyond this host too, on a network that you trust");
    }

    private static async Task<int> ServeAsync(string path, bool insecure, CancellationToken stopping)
    {
        var configuration = ConfigurationFile.Load(path);
        OutputChoice.CheckWritable(configuration.Jobs, summaryFile: null);
        var cluster = ClusterOptions.Of(configuration.Limits) with { StopLeavesRoundsOpen = true };
        var settings = new HostSettings(configuration.ListenGrpc, configuration.ListenHttp, insecure, configuration.DataDir, cluster, SettingNames.Keys)
        {
            Security = configuration.Security,
            // For agents that run as other users, in one group with this one.
            JoinTokenMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
        };
        await using var app = CoordinatorHost.Build(
            settings,
            LogLevel.Information,
            services => services
                .AddSingleton<ServiceJobs>()
                .AddSingleton(provider => ActivatorUtilities.CreateInstance<RetentionSweeper>(provider, configuration.Store.Retention)));
        var runners = await JobRunners.CreateAsync(configuration.Jobs, configuration.Limits, app.Services, stopping);
        app.Services.GetRequiredService<ServiceJobs>().Runners = runners;
        foreach (var runner in runners)
        {
            runner.RoundFinished = _ => app.Services.GetRequiredService<RetentionSweeper>().Sweep();
        }

        await CoordinatorHost.StartAsync(app, stopping);
        try
        {
            Announce(app, settings, configuration, runners);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, app.Lifetime.ApplicationStopping);
            var watched = ServiceManager.OfProcess.WatchAsync(
                app.Services.GetRequiredService<ClusterLoop>().CatchUpAsync, app.Services.GetRequiredService<TimeProvider>(), ending.Token);
            await Task.WhenAll(runners.Select(runner => runner.RunAsync(RoundsOf(runner.Status.Job), keepGoing: true, ending.Token)));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await watched;
        }
        finally
        {
            ServiceManager.OfProcess.Stopping();
            await app.StopAsync(CancellationToken.None);
        }

        return ExitCode.Done;
    }

    private static void Announce(WebApplication app, HostSettings settings, CoordinatorConfiguration configuration, IReadOnlyList<JobRunner> runners)
    {
        var urls = CoordinatorHost.Endpoints(app).Select(endpoint => $"{(settings.TakesPlain(endpoint) ? "http" : "https")}://{endpoint}").ToList();
        ServeLog.Serving(app.Logger, urls[0], urls[1], Quantity.Of(runners.Count, "job"), configuration.DataDir);
        ServiceManager.OfProcess.Ready($"agents on {urls[0]}, API on {urls[1]}, {Quantity.Of(runners.Count, "job")}");
        foreach (var line in EffectiveSettings.Describe(configuration, TargetCounts(runners)))
        {
            ServeLog.Setting(app.Logger, line);
        }
    }

    private static Dictionary<string, int> TargetCounts(IEnumerable<JobRunner> runners) =>
        runners.Select(runner => runner.Status).DistinctBy(status => status.Job.TargetFile).ToDictionary(status => status.Job.TargetFile, status => status.Targets);

    // A job without a schedule is probed once; pyfping's is repeated with its pause for ever.
    private static int RoundsOf(Job job) => job.Every is null && job.Pause == TimeSpan.Zero ? 1 : 0;
}
