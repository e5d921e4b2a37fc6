using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using FpingCluster.TestKit.Programs;

namespace FpingCluster.Cluster.Tests.Processes;

/// <summary>Who may call a coordinator that runs as a process, and what of it others on the host could see.</summary>
public sealed class ServiceTokenTests
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Secret = "fpc.";

    [Fact]
    public async Task User_of_the_coordinator_calls_it_at_once_others_by_token_and_nothing_secret_is_shown()
    {
        await using var service = new SimulatedService("10.0.0.0/28", count: 1);
        var coordinator = service.StartCoordinator();
        await service.Until("api/v1/status", _ => true, "the coordinator's API");
        var left = Path.Combine(StateHome.Path, $"fpingcluster/clients/127.0.0.1_{new Uri(service.ApiUrl).Port}.token");
        var viewer = service.Folder.PathOf("viewer.token");

        var create = await service.Ask("token", "create", "--role", "viewer", "-o", viewer);
        var list = await service.Ask("token", "list", "--json");
        await using var asViewer = Viewer(service, viewer, "status");
        await using var beyond = Viewer(service, viewer, "token", "list");

        Assert.True(create.ExitCode == 0, create.Describe(lines: 20));
        Assert.Equal(0, list.ExitCode);
        Assert.Equal(0, await asViewer.WaitForExit(SimulatedService.Patience));
        Assert.Equal(3, await beyond.WaitForExit(SimulatedService.Patience));
        Assert.Contains(beyond.Errors, line => line.StartsWith("this takes the role operator; ", StringComparison.Ordinal));
        Assert.All([viewer, left, OperatorClient.TokenFile(service.Folder.PathOf("data"))], file => Assert.Equal(Private, File.GetUnixFileMode(file)));
        Assert.All(
            [coordinator, create, list, asViewer, beyond],
            process => Assert.DoesNotContain(process.Output.Concat(process.Errors), line => line.Contains(Secret, StringComparison.Ordinal)));
        Assert.DoesNotContain(Secret, await File.ReadAllTextAsync($"/proc/{coordinator.Id}/cmdline"), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, await File.ReadAllTextAsync($"/proc/{coordinator.Id}/environ"), StringComparison.Ordinal);

        coordinator.Kill9();
        await coordinator.WaitForExit(SimulatedService.Patience);
        coordinator = service.StartCoordinator();
        await service.Until("api/v1/status", _ => true, "the API after the crash");
        await using var again = Viewer(service, viewer, "status");
        Assert.Equal(0, await again.WaitForExit(SimulatedService.Patience));

        coordinator.Terminate();
        Assert.Equal(0, await coordinator.WaitForExit(SimulatedService.Patience));
        Assert.False(File.Exists(left));
    }

    [Fact]
    public async Task Secrets_that_others_may_read_stop_the_start_and_are_told()
    {
        await using var service = new SimulatedService("10.0.0.0/28", count: 1);
        var coordinator = service.StartCoordinator();
        await service.Until("api/v1/status", _ => true, "the coordinator's API");
        coordinator.Terminate();
        await coordinator.WaitForExit(SimulatedService.Patience);
        var file = service.Folder.PathOf("data/security/tokens.json");
        File.SetUnixFileMode(file, Private | UnixFileMode.GroupRead);

        var refused = service.StartCoordinator();

        Assert.Equal(2, await refused.WaitForExit(SimulatedService.Patience));
        Assert.Contains($"others may use {file} (mode 0640), which is for this user alone; chmod 0600 {file}", refused.Errors);
    }

    private static LabProcess Viewer(SimulatedService service, string file, params string[] command) => LabProcess.Start(
        Repository.CoordinatorProgram, [.. command, "--url", service.ApiUrl], new Dictionary<string, string> { ["FPINGCLUSTER_TOKEN_FILE"] = file });
}
