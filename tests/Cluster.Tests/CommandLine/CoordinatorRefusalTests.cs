using System.Net;
using System.Net.Sockets;
using FpingCluster.TestKit;

namespace FpingCluster.Cluster.Tests.CommandLine;

public sealed class CoordinatorRefusalTests : IDisposable
{
    private const string Job = """
        jobs:
          - name: lab
            targets: { file: targets.csv }
            output: { file: results.csv }

        """;

    private readonly WorkFolder _folder = new();

    public static TheoryData<string> Commands => ["run", "serve", "check"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public Task Missing_configuration_is_named(string command) => AssertRefused(command, "job.yml", "no such file");

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Missing_target_list_is_named_with_the_line_that_asks_for_it(string command)
    {
        _folder.Write("job.yml", Job);

        await AssertRefused(command, "job.yml:3: jobs[0].targets.file: no such file", "targets.csv");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Empty_target_list_is_refused(string command)
    {
        WriteBoth(Job, "# nothing yet\n");

        await AssertRefused(command, "targets.csv: there are no targets; put an address, a CIDR, a range a-b or a host name on each line");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task All_bad_lines_of_a_target_list_are_told_at_once(string command)
    {
        WriteBoth(Job, "127.0.0.1\n!!! junk\n10.0.0.256\n");

        await AssertRefused(
            command, "targets.csv:2: '!!! junk' is no address", "targets.csv:3: '10.0.0.256' is no address: octet 4 is '256'; write four numbers from 0 to 255");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Unknown_key_is_told_with_the_nearest_right_one(string command)
    {
        WriteBoth(Job + "    prob: { count: 3 }\n", "127.0.0.1\n");

        await AssertRefused(command, "job.yml:5: jobs[0].prob: unknown key 'prob'; did you mean 'probe'?");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Value_of_a_wrong_type_is_told_with_the_right_one(string command)
    {
        WriteBoth(Job + "    probe: { count: many }\n", "127.0.0.1\n");

        await AssertRefused(command, "job.yml:5: jobs[0].probe.count: count must be a whole number, not 'many'");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Bucket_beyond_fpings_sequence_numbers_is_refused_with_the_bound(string command)
    {
        WriteBoth(Job + "    bucket: 20000\n    probe: { engine: fping, count: 5 }\n", "127.0.0.1\n");

        await AssertRefused(command, "job.yml:5: jobs[0].bucket: bucket 20000 x count 5 is 100000", "65535", "lower bucket to 13107 or less");
    }

    [Fact]
    public async Task Output_that_cannot_be_written_is_told_before_the_work()
    {
        WriteBoth(Job, "127.0.0.1\n");

        await Refusal.Assert(
            _folder, Repository.CoordinatorProgram, ["run", "-c", "job.yml", "-o", "nowhere/results.csv"],
            "nowhere/results.csv", "its folder does not exist; create the folder or name another file");
    }

    [Fact]
    public async Task Port_in_use_is_named_with_the_way_to_find_its_owner()
    {
        using var owner = new TcpListener(IPAddress.Loopback, 0);
        owner.Start();
        WriteBoth(Job, "127.0.0.1\n");

        await Refusal.Assert(
            _folder, Repository.CoordinatorProgram, ["run", "-c", "job.yml", "--wait-agents", "1", "--listen", $"{owner.LocalEndpoint}"],
            $"{owner.LocalEndpoint}", "address already in use", "ss -ltnp");
    }

    [Theory]
    [InlineData("rum", "run")]
    [InlineData("run", "--config")]
    [InlineData("run -c job.yml --rounds many", "--rounds is 'many'; it must be a whole number")]
    [InlineData("run -c job.yml --listen here", "--listen is 'here'; write an address of this host and a port")]
    [InlineData("run -c job.yml --format xml", "--format is 'xml'; it must be one of table, csv, ndjson, pyfping")]
    public Task Wrong_usage_is_told_with_the_right_one(string arguments, string expected) =>
        Refusal.Assert(_folder, Repository.CoordinatorProgram, arguments.Split(' '), expected, "--help");

    private void WriteBoth(string job, string targets)
    {
        _folder.Write("job.yml", job);
        _folder.Write("targets.csv", targets);
    }

    private Task AssertRefused(string command, params IReadOnlyList<string> expected) =>
        Refusal.Assert(_folder, Repository.CoordinatorProgram, [command, "-c", "job.yml"], expected);
}
