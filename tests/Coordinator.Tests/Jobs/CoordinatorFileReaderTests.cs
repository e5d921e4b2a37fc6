using System.Net;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Coordinator.Tests.Jobs;

public sealed class CoordinatorFileReaderTests : IDisposable
{
    private const string Smallest = "jobs: [{ name: iot, targets: { file: targets.csv } }]\n";

    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Smallest_file_gets_all_defaults()
    {
        var configuration = _folder.Read(Smallest);

        var job = Assert.Single(configuration.Jobs);
        Assert.Equal("iot", job.Name);
        Assert.Equal(_folder["targets.csv"], job.TargetFile);
        Assert.Null(job.Every);
        Assert.Equal(TimeSpan.Zero, job.Pause);
        Assert.Equal(new Probe(), job.Probe);
        Assert.Empty(job.Where);
        Assert.Null(job.Output);
        Assert.Null(configuration.Limits.Rate);
        Assert.Equal(20_000, configuration.Limits.PerAgent);
        Assert.Null(configuration.Limits.PerPrefix);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 7443), configuration.ListenGrpc);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 8080), configuration.ListenHttp);
        Assert.Equal(_folder["data"], configuration.DataDir);
        Assert.Equal(TimeSpan.FromDays(7), configuration.Store.Retention);
        Assert.Null(configuration.FpingPath);
    }

    [Fact]
    public void Full_file_gives_every_value()
    {
        var configuration = _folder.Read("""
            jobs:
              - name: iot
                targets: { file: targets.csv }
                every: 60s
                probe: { engine: fping, count: 3, period: 250ms, timeout: 1s, size: 56, layout: pyfping, workers: 8, interval: 250us }
                bucket: 1000
                where: { site: berlin, rack: 7 }
                output: { file: results.ndjson, format: ndjson }
            limits: { rate: 60000, per_agent: 30000, per_prefix: { ipv4: 22, ipv6: 56, rate: 200 }, exclude: [224.0.0.0/4, 10.0.0.1, "10.0.0.5-10.0.0.9"] }
            listen: { grpc: "0.0.0.0:7000", http: "[::1]:0" }
            data_dir: /var/lib/pings
            store: { retention: 30d }
            """);

        var job = Assert.Single(configuration.Jobs);
        Assert.Equal(TimeSpan.FromSeconds(60), job.Every);
        Assert.Equal(
            new Probe
            {
                Engine = EngineKind.Fping,
                Count = 3,
                Period = TimeSpan.FromMilliseconds(250),
                Timeout = TimeSpan.FromSeconds(1),
                Size = 56,
                Layout = FpingLayoutKind.Pyfping,
                Workers = 8,
                Interval = TimeSpan.FromMicroseconds(250),
                Bucket = 1000,
            },
            job.Probe);
        Assert.Equal(new Dictionary<string, string> { ["site"] = "berlin", ["rack"] = "7" }, job.Where);
        Assert.Equal(new JobOutput(_folder["results.ndjson"], ResultFormat.Ndjson), job.Output);
        Assert.Equal(60_000, configuration.Limits.Rate);
        Assert.Equal(30_000, configuration.Limits.PerAgent);
        Assert.Equal(new PrefixLimit { IPv4 = 22, IPv6 = 56, Rate = 200 }, configuration.Limits.PerPrefix);
        Assert.Equal(3, configuration.Limits.Exclude.Count);
        Assert.True(configuration.Limits.Exclude[0].Contains(TargetAddress.Parse("239.1.2.3")));
        Assert.Equal(new IPEndPoint(IPAddress.Any, 7000), configuration.ListenGrpc);
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 0), configuration.ListenHttp);
        Assert.Equal("/var/lib/pings", configuration.DataDir);
        Assert.Equal(TimeSpan.FromDays(30), configuration.Store.Retention);
    }

    [Fact]
    public void All_mistakes_are_reported_at_once_in_the_order_of_lines()
    {
        var errors = _folder.Errors("""
            jobs:
              - name: iot
                targets: { file: nowhere.csv }
                probe:
                  coutn: 5
                  count: five
                  size: 70000
                every: 60
            limits:
              rate: 0
            colour: blue
            """);

        Assert.Equal(
            [
                "job.yml:3: jobs[0].targets.file: no such file 'nowhere.csv'",
                "job.yml:5: jobs[0].probe.coutn: unknown key 'coutn'; did you mean 'count'?",
                "job.yml:6: jobs[0].probe.count: count must be a whole number, not 'five'",
                "job.yml:7: jobs[0].probe.size: size is 70000; it must be 0 to 65000 bytes of ICMP payload",
                "job.yml:8: jobs[0].every: every must be a duration such as 500ms, 60s or 7d, not '60'",
                "job.yml:10: limits.rate: rate is 0; it must be 1 or more",
                "job.yml:11: colour: unknown key 'colour'; the keys here are jobs, data_dir, limits, store, security, listen",
            ],
            errors);
    }

    [Theory]
    [InlineData("jobs: []", "job.yml:1: jobs: there is no job in the list; give at least one with a name and targets")]
    [InlineData("limits: { rate: 5 }", "job.yml:1: jobs: 'jobs' is missing; list at least one job with a name and targets")]
    [InlineData("jobs: { name: iot }", "job.yml:1: jobs: jobs must be a list")]
    [InlineData("jobs: [iot]", "job.yml:1: jobs[0]: jobs[0] must hold keys and values, not 'iot'")]
    [InlineData("jobs: [{ targets: { file: targets.csv } }]", "job.yml:1: jobs[0].name: 'name' is missing; give the job a name")]
    [InlineData("jobs: [{ name: a/b, targets: { file: targets.csv } }]", "job.yml:1: jobs[0].name: name is 'a/b'; it must be 1 to 64 letters")]
    [InlineData("jobs: [{ name: \"a\\r\\nSet-Cookie: b\", targets: { file: targets.csv } }]", "job.yml:1: jobs[0].name: name is 'a??Set-Cookie: b'; it must be 1 to 64 letters")]
    [InlineData("jobs: [{ name: =1+1, targets: { file: targets.csv } }]", "job.yml:1: jobs[0].name: name is '=1+1'; it must be 1 to 64 letters")]
    [InlineData("jobs: [{ name: iot }]", "job.yml:1: jobs[0].targets: 'targets' is missing; name the target list: targets: { file: targets.csv }")]
    [InlineData("jobs: [{ name: iot, targets: targets.csv }]", "job.yml:1: jobs[0].targets: targets must hold keys and values, not 'targets.csv'")]
    [InlineData("jobs: [{ name: iot, targets: { file: . } }]", "' is a directory; name a file with one target per line")]
    [InlineData("jobs: [{ name: iot, targets: { file: \"\\0\" } }]", "job.yml:1: jobs[0].targets.file: file must be a path")]
    public void Job_without_what_it_needs_is_refused(string yaml, string expected)
    {
        Assert.Contains(expected, Assert.Single(_folder.Errors(yaml)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("every: 2s", "jobs[0].every: every is 2s, but a probe takes 2500ms ((5 - 1) x period 500ms + timeout 500ms); raise every, or lower count, period or timeout")]
    [InlineData("every:", "jobs[0].every: every has no value; give one or remove the key")]
    [InlineData("every: [60s]", "jobs[0].every: every must be one value, not a list or a map")]
    [InlineData("bucket: 60001", "jobs[0].bucket: bucket is 60001; it must be 1 to 60000 targets")]
    [InlineData("probe: { engine: fping, count: 132 }", "jobs[0].bucket: bucket 500 x count 132 is 66000, but one fping process has only 65535 sequence numbers")]
    [InlineData("probe: { engine: ping }", "jobs[0].probe.engine: engine must be one of auto, raw, fping, simulated, not 'ping'")]
    [InlineData("probe: { engine: raw, workers: 8 }", "jobs[0].probe.workers: workers is for the fping engine, not for engine raw; remove it or set engine: fping")]
    [InlineData("probe: { count: 99999999999 }", "jobs[0].probe.count: count must be a whole number, not '99999999999'")]
    [InlineData("probe: { period: 11m }", "jobs[0].probe.period: period is 11m; it must be 1ms to 10m")]
    [InlineData("output: { format: csv }", "jobs[0].output.file: 'file' is missing; name the file that gets the results")]
    [InlineData("output: { file: r.csv, format: table }", "jobs[0].output.format: format must be one of csv, ndjson, pyfping, not 'table'")]
    [InlineData("output: { file: no/where.csv }", "jobs[0].output.file: the folder of 'no/where.csv' does not exist; create it or name another")]
    [InlineData("output: { file: targets.csv }", "jobs[0].output.file: 'targets.csv' is the target list of job 'iot', which the results would overwrite")]
    [InlineData("output: { file: job.yml }", "jobs[0].output.file: 'job.yml' is this configuration, which the results would overwrite")]
    public void Wrong_value_of_a_job_is_refused_on_its_line(string line, string expected)
    {
        var error = Assert.Single(_folder.Errors($"jobs:\n  - name: iot\n    targets: {{ file: targets.csv }}\n    {line}\n"));

        // A bucket that is nowhere in the file is reported where its job begins.
        var expectedLine = line.StartsWith("probe: { engine: fping", StringComparison.Ordinal) ? 2 : 4;
        Assert.StartsWith($"job.yml:{expectedLine}: {expected}", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("limits: { per_agent: 0 }", "limits.per_agent: per_agent is 0; it must be 1 or more")]
    [InlineData("limits: { per_prefix: { ipv4: 33, rate: 5 } }", "limits.per_prefix.ipv4: ipv4 is 33; it must be 1 to 32")]
    [InlineData("limits: { per_prefix: { ipv6: 0, rate: 5 } }", "limits.per_prefix.ipv6: ipv6 is 0; it must be 1 to 128")]
    [InlineData("limits: { per_prefix: { ipv4: 24 } }", "limits.per_prefix.rate: 'rate' is missing; say how many pings per second one prefix may get")]
    [InlineData("limits: { exclude: [10.0.0.0/8, 10.0.0.256] }", "limits.exclude[1]: must be an address, a CIDR or a range a-b, not '10.0.0.256'")]
    [InlineData("limits: { exclude: 10.0.0.1 }", "limits.exclude: exclude must be a list")]
    [InlineData("listen: { grpc: \"7443\" }", "listen.grpc: grpc must be ADDRESS:PORT such as 127.0.0.1:7443 or [::1]:7443, not '7443'")]
    [InlineData("listen: { http: \"127.0.0.1:70000\" }", "listen.http: http must be ADDRESS:PORT")]
    [InlineData("listen: { http: \"127.0.0.1:7443\" }", "listen.http: grpc and http both listen on 127.0.0.1:7443; give each a port of its own")]
    [InlineData("store: { retention: 5s }", "store.retention: retention is 5s; it must be 1m or longer")]
    [InlineData("store: { retain: 5d }", "store.retain: unknown key 'retain'; the keys here are retention")]
    [InlineData("security: { anonymous: root }", "security.anonymous: anonymous must be one of none, viewer, operator, not 'root'")]
    public void Wrong_value_beside_the_jobs_is_refused_on_its_line(string line, string expected)
    {
        var error = Assert.Single(_folder.Errors(Smallest + line));

        Assert.StartsWith($"job.yml:2: {expected}", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_jobs_of_one_name_and_one_output_are_refused()
    {
        var errors = _folder.Errors("""
            jobs:
              - { name: iot, targets: { file: targets.csv }, output: { file: r.csv } }
              - { name: iot, targets: { file: targets.csv }, output: { file: ./r.csv } }
            """);

        Assert.Equal(
            [
                "job.yml:3: jobs[1].output.file: 'r.csv' is already the output of job 'iot'; give each job a file of its own",
                "job.yml:3: jobs[1].name: there is already a job 'iot'; give each job a name of its own",
            ],
            errors);
    }

    [Fact]
    public void Output_that_a_later_job_reads_is_refused()
    {
        _folder.Write("chain.csv", "127.0.0.1\n");

        var error = Assert.Single(_folder.Errors("""
            jobs:
              - { name: one, targets: { file: targets.csv }, output: { file: chain.csv } }
              - { name: two, targets: { file: chain.csv } }
            """));

        Assert.Equal("job.yml:3: jobs[1].targets.file: 'chain.csv' is also the output of job 'one', which would overwrite it", error);
    }

    [Fact]
    public void Raw_engine_with_a_bucket_beyond_fping_is_accepted()
    {
        var configuration = _folder.Read("jobs: [{ name: iot, targets: { file: targets.csv }, bucket: 20000, probe: { engine: raw, count: 10 } }]");

        Assert.Equal(20_000, configuration.Jobs[0].Probe.Bucket);
    }

    [Fact]
    public void Every_that_equals_the_length_of_a_probe_is_accepted()
    {
        var configuration = _folder.Read("jobs: [{ name: iot, targets: { file: targets.csv }, every: 2500ms }]");

        Assert.Equal(TimeSpan.FromSeconds(2.5), configuration.Jobs[0].Every);
    }
}
