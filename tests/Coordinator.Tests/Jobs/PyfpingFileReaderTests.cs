using FpingCluster.Coordinator.Jobs;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Tests.Jobs;

public sealed class PyfpingFileReaderTests : IDisposable
{
    private const string Seed = """
        # Global Configuration
        inputCsv: "targets.csv"

        trunkSize : 500 # control fping bulk targets
        poolSize: 72
        delay: 0 # delay in seconds between each round

        fping:
          cmd: /usr/bin/fping #
          count: 5
          timeout: 500
          retries: 1
          bytes: 12
          interval: 4

        outputCsv: "result.csv"
        """;

    private readonly ConfigurationFolder _folder = new();

    public PyfpingFileReaderTests() => _folder.Write("result.csv", "");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Layout_is_a_key_of_our_job_file_and_none_of_pyfpings()
    {
        Assert.Equal(FpingLayoutKind.Pyfping, Assert.Single(_folder.Read(Seed, "test.yml").Jobs).Probe.Layout);
        Assert.Contains(_folder.Errors("layout: auto\n" + Seed, "test.yml"), error => error.Contains("unknown key 'layout'", StringComparison.Ordinal));
        Assert.Equal(
            FpingLayoutKind.Auto,
            Assert.Single(_folder.Read("jobs: [{ name: iot, targets: { file: targets.csv }, probe: { layout: auto } }]\n", "job.yml").Jobs).Probe.Layout);
    }

    [Fact]
    public void Seed_file_means_what_it_means_to_pyfping()
    {
        var configuration = _folder.Read(Seed, "test.yml");

        var job = Assert.Single(configuration.Jobs);
        Assert.Equal("test", job.Name);
        Assert.Equal(_folder["targets.csv"], job.TargetFile);
        Assert.Equal(new JobOutput(_folder["result.csv"], ResultFormat.Pyfping), job.Output);
        Assert.Null(job.Every);
        Assert.Equal(TimeSpan.FromSeconds(10), job.Pause);
        Assert.Equal(
            new Probe
            {
                Engine = EngineKind.Fping,
                Layout = FpingLayoutKind.Pyfping,
                Workers = 72,
                Bucket = 500,
                Interval = TimeSpan.FromMilliseconds(4),
                Count = 5,
                Period = TimeSpan.FromMilliseconds(500),
                Timeout = TimeSpan.FromMilliseconds(500),
                Size = 12,
            },
            job.Probe);
        Assert.Equal("/usr/bin/fping", configuration.FpingPath);
    }

    [Fact]
    public void Long_period_leaves_the_timeout_at_two_seconds()
    {
        var job = _folder.Read(Seed.Replace("timeout: 500", "timeout: 3000", StringComparison.Ordinal)).Jobs[0];

        Assert.Equal(TimeSpan.FromSeconds(3), job.Probe.Period);
        Assert.Equal(TimeSpan.FromSeconds(2), job.Probe.Timeout);
    }

    [Fact]
    public void Delay_is_added_to_pyfpings_own_ten_seconds()
    {
        Assert.Equal(TimeSpan.FromSeconds(12.5), _folder.Read(Seed.Replace("delay: 0", "delay: 2.5", StringComparison.Ordinal)).Jobs[0].Pause);
        Assert.Equal(TimeSpan.FromSeconds(10), _folder.Read(Seed.Replace("delay: 0", "# ", StringComparison.Ordinal)).Jobs[0].Pause);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("null")]
    [InlineData("false")]
    public void Falsy_output_writes_no_file(string value)
    {
        Assert.Null(_folder.Read(Seed.Replace("\"result.csv\"", value, StringComparison.Ordinal)).Jobs[0].Output);
    }

    [Fact]
    public void Count_of_ten_and_more_is_accepted_while_the_bucket_allows_it()
    {
        Assert.Equal(131, _folder.Read(Seed.Replace("count: 5", "count: 131", StringComparison.Ordinal)).Jobs[0].Probe.Count);

        var error = Assert.Single(_folder.Errors(Seed.Replace("count: 5", "count: 132", StringComparison.Ordinal)));
        Assert.StartsWith("job.yml:4: trunkSize: bucket 500 x count 132 is 66000, but one fping process has only 65535 sequence numbers", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("retries: 1", "retires: 1", "job.yml:12: fping.retires: unknown key 'retires'; did you mean 'retries'?")]
    [InlineData("poolSize: 72", "poolsize: 72", "job.yml:5: poolsize: unknown key 'poolsize'; did you mean 'poolSize'?")]
    [InlineData("  bytes: 12", "", "job.yml:9: fping.bytes: 'bytes' is missing; say how many bytes of payload a ping carries")]
    [InlineData("timeout: 500", "timeout: 500ms", "job.yml:11: fping.timeout: timeout must be a number of milliseconds, not '500ms'")]
    [InlineData("timeout: 500", "timeout: 0", "job.yml:11: fping.timeout: period is 0ms; it must be 1ms to 10m")]
    [InlineData("poolSize: 72", "poolSize: 0", "job.yml:5: poolSize: workers is 0; it must be 1 to 1000 fping processes")]
    [InlineData("inputCsv: \"targets.csv\"", "inputCSV: \"targets.csv\"", "job.yml:2: inputCSV: unknown key 'inputCSV'; did you mean 'inputCsv'?")]
    [InlineData("outputCsv: \"result.csv\"", "outputCsv: \"targets.csv\"", "job.yml:16: outputCsv: 'targets.csv' is the target list of job 'job', which the results would overwrite; name another file")]
    public void Mistake_is_reported_with_the_files_own_key(string right, string wrong, string expected)
    {
        Assert.Contains(expected, _folder.Errors(Seed.Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Fact]
    public void Missing_target_list_names_the_place_in_the_current_folder()
    {
        var error = Assert.Single(_folder.Errors(Seed.Replace("targets.csv", "nowhere.csv", StringComparison.Ordinal)));

        Assert.Equal($"job.yml:2: inputCsv: no such file '{Path.Combine(Environment.CurrentDirectory, "nowhere.csv")}'", error);
    }

    [Fact]
    public void Settings_say_what_timeout_and_retries_really_do()
    {
        var settings = string.Join('\n', EffectiveSettings.Describe(_folder.Read(Seed), new Dictionary<string, int>()));

        Assert.Contains("fping.timeout is fping's -p there: 500ms from one ping of a target to its next", settings, StringComparison.Ordinal);
        Assert.Contains("fping.retries (-r 1) and pyfping's fixed -B1.0 have no effect", settings, StringComparison.Ordinal);
        Assert.Contains("layout pyfping, 72 workers, interval 4ms", settings, StringComparison.Ordinal);
    }
}
