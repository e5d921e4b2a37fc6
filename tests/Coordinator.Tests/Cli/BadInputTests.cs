using System.Net;
using System.Net.Sockets;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Coordinator.Tests.Jobs;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Tests.Cli;

/// <summary>
/// What a user can do wrong, to each command that reads a configuration: exit code 2, a message with the place and the remedy on stderr, nothing on stdout, and
/// nothing left behind.
/// </summary>
public sealed class BadInputTests : IDisposable
{
    private const string Output = "results.csv";
    private const string OneJob = "jobs: [{ name: iot, targets: { file: targets.csv }, every: 60s, output: { file: results.csv } }]\n";
    private const string TwoJobs =
        "jobs: [{ name: a, targets: { file: targets.csv }, every: 60s }, { name: b, targets: { file: targets.csv }, every: 60s }]\n";

    private readonly ConfigurationFolder _folder = new();
    private readonly StoreFolder _temporary = new();

    public static TheoryData<string> Commands => ["run", "serve", "check"];

    public static TheoryData<string, string, string> Mistakes()
    {
        (string Yaml, string Message)[] mistakes =
        [
            ("job: []\n", "{file}:1: job: unknown key 'job'; did you mean 'jobs'?"),
            ("jobs: [{ name: iot, targets: { file: nowhere.csv }, every: 60s }]\n", "{file}:1: jobs[0].targets.file: no such file '{folder}/nowhere.csv'"),
            (OneJob + "limits: { rate: -1 }\n", "{file}:2: limits.rate: "),
            ("jobs: [{ name: iot, targets: { file: targets.csv }, bucket: 50000, probe: { engine: fping, count: 5 } }]\n", "65535"),
            ("jobs: [{ name: iot, targets: { file: targets.csv }, output: { file: nowhere/results.csv } }]\n", "does not exist; create it or name another"),
        ];
        var data = new TheoryData<string, string, string>();
        foreach (var command in new[] { "run", "serve", "check" })
        {
            foreach (var (yaml, message) in mistakes)
            {
                data.Add(command, yaml, message);
            }
        }

        return data;
    }

    public void Dispose()
    {
        _folder.Dispose();
        _temporary.Dispose();
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Missing_file_is_told(string command) => await Refused($"{_folder["nowhere.yml"]}: no such file", command, "-c", _folder["nowhere.yml"]);

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Mistake_in_the_file_is_told_with_its_place(string command, string yaml, string message)
    {
        var file = _folder.Write("job.yml", yaml);

        var place = message.Replace("{file}", file, StringComparison.Ordinal).Replace("{folder}", Path.GetDirectoryName(file), StringComparison.Ordinal);
        await Refused(place, command, "-c", file);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Junk_in_the_target_list_is_told_with_its_lines(string command)
    {
        var list = _folder.Write("targets.csv", "127.0.0.1\n10.0.0.256\n127.0.0.2\nnot an address\n");

        var error = await Refused($"{list}:2: ", command, "-c", _folder.Write("job.yml", OneJob));

        Assert.Contains($"{list}:4: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Empty_target_list_is_told(string command)
    {
        var list = _folder.Write("targets.csv", "# nothing yet\n\n");

        await Refused(list, command, "-c", _folder.Write("job.yml", OneJob));
    }

    [Theory]
    [InlineData("-o", "/nowhere/results.csv", "cannot write '/nowhere/results.csv': its folder does not exist; create the folder or name another file")]
    [InlineData("--summary-json", "/nowhere/s.json", "cannot write '/nowhere/s.json': its folder does not exist; create the folder or name another file")]
    [InlineData("-o", "/", "cannot write '/': it is a folder; name a file")]
    [InlineData("--data-dir", "/dev/null/data", "cannot use the data folder /dev/null/data: ")]
    [InlineData("--listen", "7443", "--listen is '7443'; write an address of this host and a port, for example 0.0.0.0:7443")]
    [InlineData("--format", "xml", "--format is 'xml'; it must be one of table, csv, ndjson, pyfping")]
    [InlineData("--local-agents", "many", "--local-agents is 'many'; it must be a whole number from 0 to 256")]
    public async Task Option_that_cannot_be_is_told_before_any_work(string option, string value, string message) =>
        await Refused(message, "run", "-c", _folder.Write("job.yml", OneJob), option, value);

    [Theory]
    [InlineData("grpc", "http")]
    [InlineData("http", "grpc")]
    public async Task Service_on_a_port_in_use_leaves_no_data_folder(string taken, string free)
    {
        using var owner = new TcpListener(IPAddress.Loopback, 0);
        owner.Start();
        var file = _folder.Write("coordinator.yml", OneJob + $"listen: {{ {taken}: \"{owner.LocalEndpoint}\", {free}: \"127.0.0.1:0\" }}\n");

        await Refused($"{owner.LocalEndpoint}: address already in use; stop the program that has it (ss -ltnp shows which), or listen elsewhere with listen.{taken}", "serve", "-c", file);

        Assert.False(Directory.Exists(_folder["data"]));
    }

    [Fact]
    public async Task Run_on_a_port_in_use_leaves_no_data_folder()
    {
        using var owner = new TcpListener(IPAddress.Loopback, 0);
        owner.Start();

        await Refused(
            "or listen elsewhere with --listen", "run", "-c", _folder.Write("job.yml", OneJob), "--data-dir", _folder["data"], "--listen", $"{owner.LocalEndpoint}");

        Assert.False(Directory.Exists(_folder["data"]));
    }

    [Fact]
    public async Task Data_folder_in_use_is_told_with_the_setting_that_names_another()
    {
        await using var owner = SqliteResultStore.Open(_folder["data"]);
        var file = _folder.Write("coordinator.yml", OneJob + "listen: { grpc: \"127.0.0.1:0\", http: \"127.0.0.1:0\" }\n");

        Assert.EndsWith(", or choose another data folder with data_dir\n", await Refused("is in use by another coordinator", "serve", "-c", file), StringComparison.Ordinal);
        Assert.EndsWith(
            ", or choose another data folder with --data-dir\n",
            await Refused("is in use by another coordinator", "run", "-c", file, "--data-dir", _folder["data"]),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("run")]
    public async Task Damaged_store_is_set_aside_and_told(string command)
    {
        Directory.CreateDirectory(_folder["data"]);
        var database = Path.Combine(_folder["data"], SqliteResultStore.FileName);
        await File.WriteAllTextAsync(database, new string('x', 10_000));
        var file = _folder.Write("coordinator.yml", OneJob + "listen: { grpc: \"127.0.0.1:0\", http: \"127.0.0.1:0\" }\n");
        string[] folder = command == "run" ? ["--data-dir", _folder["data"]] : [];

        var error = await Refused($"{database} is damaged: ", [command, "-c", file, .. folder]);

        var aside = Assert.Single(Directory.GetFiles(_folder["data"], "*.corrupt-*Z"));
        Assert.Contains($"; it was set aside as {aside}, unchanged; ", error, StringComparison.Ordinal);
        Assert.Equal(new string('x', 10_000), await File.ReadAllTextAsync(aside));
        Assert.False(File.Exists(database));
    }

    [Theory]
    [InlineData("-")]
    [InlineData(null)]
    public async Task Results_and_summary_on_stdout_are_told(string? output) => await Refused(
        "the results and the summary would both go to stdout; name a file for one of them with -o or --summary-json",
        ["run", "-c", _folder.Write("job.yml", "jobs: [{ name: iot, targets: { file: targets.csv } }]\n"), "--summary-json", "-", .. output is null ? Array.Empty<string>() : ["-o", output]]);

    [Fact]
    public async Task Simulation_without_local_agents_is_told() => await Refused(
        "--simulate is for local agents; add --local-agents N", "run", "-c", _folder.Write("job.yml", OneJob), "--wait-agents", "2", "--simulate", "dead=1");

    [Fact]
    public async Task One_output_for_two_jobs_is_told() => await Refused(
        "-o names one file for 2 jobs; give each job its own output in the job file", "run", "-c", _folder.Write("job.yml", TwoJobs), "-o", _folder[Output]);

    [Fact]
    public async Task Two_jobs_on_stdout_are_told() => await Refused(
        "jobs a, b would all write to stdout; give each an output in the job file", "run", "-c", _folder.Write("job.yml", TwoJobs));

    [Fact]
    public async Task Missing_agent_program_is_told() =>
        await Refused("cannot start local agents: there is no ", "run", "-c", _folder.Write("job.yml", OneJob), "--local-agents", "2");

    private async Task<string> Refused(string message, params string[] arguments)
    {
        using var coordinator = CoordinatorProcess.Start(_temporary.Path, arguments);
        var (exitCode, output, error) = await coordinator.EndAsync();
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadUsage, exitCode);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Empty(output);
        Assert.False(File.Exists(_folder[Output]));
        Assert.Empty(Directory.GetDirectories(_temporary.Path));
        return error;
    }
}
