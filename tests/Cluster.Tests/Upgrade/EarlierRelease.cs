using System.Diagnostics;
using FpingCluster.TestKit;

namespace FpingCluster.Cluster.Tests.Upgrade;

/// <summary>Both programs as they were one minor version ago, built from that commit of this repository.</summary>
public sealed class EarlierRelease : IAsyncLifetime
{
    private string _folder = "";

    public string AgentProgram => Path.Combine(_folder, "fping-agent");

    public string CoordinatorProgram => Path.Combine(_folder, "fping-coordinator");

    public async Task InitializeAsync()
    {
        using var build = Process.Start(new ProcessStartInfo(Repository.File("tests/earlier-release.sh")) { RedirectStandardOutput = true })!;
        _folder = (await build.StandardOutput.ReadToEndAsync()).Trim();
        await build.WaitForExitAsync();
        Assert.Equal(0, build.ExitCode);
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
