using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Privileged.Tests.Lab;

public sealed class LabProcessTests : IAsyncLifetime
{
    private const string Ticker = "while :; do echo tick; sleep 0.01; done";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private NetworkLab _lab = null!;

    private LabHost Host => _lab.Hosts[0];

    public async Task InitializeAsync() => _lab = await NetworkLab.Create(hosts: 1);

    public async Task DisposeAsync() => await _lab.DisposeAsync();

    [Fact]
    public async Task Started_program_has_the_process_id_it_is_known_by()
    {
        var process = Host.Start("bash", ["-c", "echo $$; exec sleep 600"]);

        Assert.Equal($"{process.Id}", await process.WaitForLine(_ => true, Patience));
    }

    [Fact]
    public async Task Environment_reaches_the_program()
    {
        var process = Host.Start("bash", ["-c", "echo $COLOUR"], new Dictionary<string, string> { ["COLOUR"] = "blue" });

        Assert.Equal(0, await process.WaitForExit(Patience));
        Assert.Equal(["blue"], process.Output);
    }

    [Fact]
    public async Task Killed_process_ends_with_137()
    {
        var process = Host.Start("bash", ["-c", Ticker]);
        await process.WaitForLine(line => line == "tick", Patience);

        process.Kill9();

        Assert.Equal(137, await process.WaitForExit(Patience));
    }

    [Fact]
    public async Task Terminated_process_may_clean_up()
    {
        var process = Host.Start("bash", ["-c", "trap 'echo bye; exit 7' TERM; " + Ticker]);
        await process.WaitForLine(line => line == "tick", Patience);

        process.Terminate();

        Assert.Equal(7, await process.WaitForExit(Patience));
        Assert.Equal("bye", process.Output[^1]);
    }

    [Fact]
    public async Task Frozen_process_makes_no_progress_until_it_is_thawed()
    {
        var process = Host.Start("bash", ["-c", Ticker]);
        var clock = Host.Start("bash", ["-c", Ticker]);
        await process.WaitForLine(line => line == "tick", Patience);

        process.Freeze();
        await Wait.Until(() => File.ReadAllText($"/proc/{process.Id}/stat").Contains(") T "), Patience, "the stopped state of the process");
        var afterFreeze = clock.LineCount;
        await Wait.Until(() => clock.LineCount > afterFreeze + 5, Patience, "five ticks of a process that is not frozen");
        var frozenAt = process.LineCount;
        await Wait.Until(() => clock.LineCount > afterFreeze + 20, Patience, "fifteen more ticks of a process that is not frozen");
        Assert.Equal(frozenAt, process.LineCount);

        process.Thaw();
        await process.WaitForLine(line => line == "tick", Patience, from: frozenAt);
    }

    [Fact]
    public async Task Standard_output_and_standard_error_are_kept_apart()
    {
        var process = await Host.Run(Patience, "bash", "-c", "echo data; echo talk >&2");

        Assert.Equal(["data"], process.Output);
        Assert.Equal(["talk"], process.Errors);
    }

    [Fact]
    public async Task Missing_line_is_reported_with_the_process_and_what_it_said()
    {
        var process = Host.Start("bash", ["-c", "echo something else; exit 3"]);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => process.WaitForLine(line => line == "ready", Patience));

        Assert.Contains("line == \"ready\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("exit code 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("something else", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_may_be_disposed_before_its_laboratory()
    {
        await using var lab = await NetworkLab.Create(hosts: 1);
        var process = lab.Hosts[0].Start("sleep", ["600"]);

        await process.DisposeAsync();

        Assert.Null(await Record.ExceptionAsync(async () => await lab.DisposeAsync()));
    }

    [Fact]
    public async Task Signal_to_a_process_that_has_ended_is_refused()
    {
        var process = await Host.Run(Patience, "true");

        Assert.Throws<InvalidOperationException>(process.Kill9);
    }
}
