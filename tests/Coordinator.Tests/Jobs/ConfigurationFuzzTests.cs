using System.Text.RegularExpressions;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Fuzzing;
using Xunit.Abstractions;

namespace FpingCluster.Coordinator.Tests.Jobs;

/// <summary>Configurations that nobody would write, ours and pyfping's: read, or refused with errors; nothing else.</summary>
public sealed class ConfigurationFuzzTests : IDisposable
{
    private const int Inputs = 5_000;

    private const string Pyfping = """
        inputCsv: "targets.csv"
        trunkSize : 500
        poolSize: 72
        delay: 0
        fping:
          cmd: /usr/bin/fping #
          count: 5
          timeout: 500
          retries: 1
          bytes: 12
          interval: 4
        outputCsv:
        """;

    private const string Anchors = """
        probe: &probe { engine: simulated, count: 3 }
        jobs: [{ name: a, targets: { file: targets.csv }, probe: *probe, every: 90s }, { name: b, targets: { file: targets.csv }, probe: *probe }]
        """;

    private readonly ITestOutputHelper _output;
    private readonly ConfigurationFolder _folder = new();
    private readonly string _file;

    public ConfigurationFuzzTests(ITestOutputHelper output) => (_output, _file) = (output, _folder["job.yml"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Job_file_is_read_or_refused() => Fuzz.Run(Inputs, [Sample(), Anchors], Read, _output.WriteLine, mostAllocated: 8 << 20);

    [Fact]
    public void File_of_pyfping_is_read_or_refused() => Fuzz.Run(Inputs, [Pyfping], Read, _output.WriteLine, mostAllocated: 8 << 20);

    // Without its comments, which would get most of the mutations.
    private static string Sample() => Regex.Replace(File.ReadAllText(Repository.File("deploy/samples/coordinator.yml")), "(?m) *#.*$", "");

    private bool Read(byte[] input)
    {
        File.WriteAllBytes(_file, input);
        var reading = ConfigurationReader.Read(_file);
        Assert.NotEqual(reading.Configuration is null, reading.Errors.Count == 0);
        return reading.Configuration is not null;
    }
}
