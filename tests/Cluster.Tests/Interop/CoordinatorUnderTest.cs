using System.Net;
using FpingCluster.Coordinator.Cli;
using FpingCluster.Coordinator.Hosting;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Cluster.Tests.Interop;

/// <summary>A whole coordinator in this process, on a free port, with the files of one job in a folder of its own.</summary>
internal sealed class CoordinatorUnderTest : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly WebApplication _app;
    private readonly CoordinatorConfiguration _configuration;

    private CoordinatorUnderTest(DirectoryInfo folder, WebApplication app, CoordinatorConfiguration configuration) =>
        (_folder, _app, _configuration) = (folder, app, configuration);

    /// <summary>HOST:PORT for agents.</summary>
    public string Address => new Uri(_app.Urls.Single()).Authority;

    public IReadOnlyList<AgentMember> Agents => Service<ClusterLoop>().Membership.Agents;

    /// <summary>The certificate of its CA.</summary>
    public string CaFile => Path.Combine(_configuration.DataDir, "security", CertificateAuthority.CertificateFile);

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public string JoinToken()
    {
        Service<TokenBook>().Create(TokenRole.Join, "test", TimeSpan.FromHours(1), 1, "test", out var text);
        return text;
    }

    public static async Task<CoordinatorUnderTest> StartAsync(string targets, string job)
    {
        var folder = Directory.CreateTempSubdirectory("fpingcluster-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "targets.csv"), targets);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "job.yml"), job);
        var configuration = ConfigurationFile.Load(Path.Combine(folder.FullName, "job.yml"));
        var settings = new HostSettings(
            new IPEndPoint(IPAddress.Loopback, 0), Http: null, Insecure: false, configuration.DataDir, new ClusterOptions(), SettingNames.Keys);
        var app = CoordinatorHost.Build(settings, LogLevel.Warning);
        await CoordinatorHost.StartAsync(app, CancellationToken.None);
        return new CoordinatorUnderTest(folder, app, configuration);
    }

    /// <summary>Waits for one agent, runs one round of the job and asks the agent to leave.</summary>
    public async Task<RoundOutcome> RunRoundAsync(CancellationToken cancellationToken)
    {
        var cluster = Service<ClusterLoop>();
        var runner = (await JobRunners.CreateAsync(_configuration.Jobs, _configuration.Limits, _app.Services, cancellationToken)).Single();
        RoundOutcome? outcome = null;
        runner.RoundFinished = finished => outcome = finished;
        await cluster.WaitForAgentsAsync(1, cancellationToken);
        await runner.RunAsync(rounds: 1, keepGoing: false, cancellationToken);
        await cluster.DrainAsync("the run is over", cancellationToken);
        return outcome!;
    }

    public string[] ReadOutput(string name) => File.ReadAllLines(Path.Combine(_folder.FullName, name));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
