using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using Xunit.Abstractions;

namespace FpingCluster.Privileged.Tests.Deploy;

/// <summary>The images and the compose file, with podman: tests/containers.sh.</summary>
public sealed class ContainerTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(9);

    [Fact]
    public async Task Compose_cluster_has_each_of_100000_targets_once_though_an_agent_is_killed_and_another_cut_off()
    {
        await using var script = LabProcess.Start(Repository.File("tests/containers.sh"), ["cluster"]);

        var exitCode = await script.WaitForExit(Patience);

        output.WriteLine(string.Join(Environment.NewLine, script.Errors.Concat(script.Output)));
        Assert.True(exitCode == 0, script.Describe(lines: 80));
        Assert.Contains(script.Output, line => line.StartsWith("100000 rows, 100000 targets, 0 twice; 100000 up, 0 down, 0 unknown;", StringComparison.Ordinal));
    }
}
