using System.Globalization;
using System.Text.RegularExpressions;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Lab;
using Xunit.Abstractions;

namespace FpingCluster.Privileged.Tests.Deploy;

/// <summary>The systemd units, judged by systemd itself without being started.</summary>
public sealed partial class UnitFileTests(ITestOutputHelper output)
{
    private const double MostExposure = 2.0;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("fping-agent.service")]
    [InlineData("fping-coordinator.service")]
    public async Task Unit_is_exposed_to_little(string unit)
    {
        await using var analysis = LabProcess.Start("systemd-analyze", ["security", "--offline=yes", "--no-pager", Unit(unit)]);
        await analysis.WaitForExit(Patience);

        var line = Assert.Single(analysis.Output, line => line.Contains("Overall exposure level", StringComparison.Ordinal));
        output.WriteLine(line);
        Assert.InRange(double.Parse(Exposure().Match(line).Groups[1].ValueSpan, CultureInfo.InvariantCulture), 0, MostExposure);
    }

    [Theory]
    [InlineData("fping-agent.service", "fping-agent")]
    [InlineData("fping-coordinator.service", "fping-coordinator")]
    public async Task Unit_is_understood_by_systemd_to_its_last_word(string unit, string program)
    {
        // systemd looks for the programs as well; here they are where the build has put them.
        using var folder = new WorkFolder();
        var text = File.ReadAllText(Unit(unit)).Replace($"/opt/fpingcluster/{program}", Repository.File($"out/{program}"), StringComparison.Ordinal);

        await using var check = LabProcess.Start("systemd-analyze", ["verify", "--man=no", "--recursive-errors=no", folder.Write(unit, text)]);

        Assert.True(await check.WaitForExit(Patience) == 0, check.Describe(lines: 20));
        Assert.DoesNotContain(check.Errors, line => line.Contains(unit, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"Overall exposure level for \S+: (\d+\.\d+)")]
    private static partial Regex Exposure();

    private static string Unit(string name) => Repository.File($"deploy/systemd/{name}");
}
