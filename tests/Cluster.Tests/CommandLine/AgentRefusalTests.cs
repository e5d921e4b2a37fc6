using FpingCluster.TestKit;

namespace FpingCluster.Cluster.Tests.CommandLine;

public sealed class AgentRefusalTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task Missing_target_list_is_named() =>
        AssertRefused("ping -f nowhere.csv -o results.csv", "nowhere.csv: cannot be read: there is no such file; check the path");

    [Fact]
    public async Task Empty_target_list_is_refused()
    {
        _folder.Write("targets.csv", "");

        await AssertRefused("ping -f targets.csv -o results.csv", "targets.csv: there are no targets; put an address");
    }

    [Fact]
    public async Task All_bad_lines_of_a_target_list_are_told_at_once()
    {
        _folder.Write("targets.csv", "127.0.0.1\n!!! junk\n10.0.0.256\n");

        await AssertRefused(
            "ping -f targets.csv -o results.csv", "targets.csv:2: '!!! junk' is no address", "targets.csv:3: '10.0.0.256' is no address: octet 4 is '256'");
    }

    [Theory]
    [InlineData("ping", "no targets; give addresses")]
    [InlineData("ping 10.0.0.256", "argument:1: '10.0.0.256' is no address: octet 4 is '256'; write four numbers from 0 to 255")]
    [InlineData("ping 127.0.0.1 --count many", "--count is 'many'; it must be a whole number from 1 to 1000")]
    [InlineData("ping 127.0.0.1 --conut 3", "'--conut' is not an option of this command")]
    [InlineData("ping 127.0.0.1 --period soon", "--period is 'soon'; write a number and a unit")]
    [InlineData("ping 127.0.0.1 -o nowhere/results.csv", "its folder does not exist; create the folder or name another file")]
    [InlineData("run", "--coordinator")]
    [InlineData("run --coordinator somewhere", "--coordinator is 'somewhere'; write http://HOST:PORT")]
    [InlineData("run --coordinator http://192.0.2.1:7443", "plain http is accepted on loopback only; use https, or add --insecure")]
    [InlineData("run --coordinator http://127.0.0.1:7443 --max-rate 0", "--max-rate is '0'; it must be a whole number from 1")]
    [InlineData("run --coordinator http://127.0.0.1:7443 --data-dir /proc/agent", "data directory '/proc/agent' cannot be used", "--data-dir")]
    public Task Wrong_usage_is_told_with_the_right_one(string arguments, params string[] expected) => AssertRefused(arguments, expected);

    private Task AssertRefused(string arguments, params IReadOnlyList<string> expected) =>
        Refusal.Assert(_folder, Repository.AgentProgram, arguments.Split(' '), expected);
}
