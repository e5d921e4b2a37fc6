using System.Globalization;
using FpingCluster.Benchmarks.Reporting;
using FpingCluster.Benchmarks.Runs;
using FpingCluster.Shared.Hosting;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Benchmarks.Engines;

/// <summary>
/// Every engine and its peers over the same targets in the same network namespaces, taking turns. Every target answers, so that each loss is the host's own.
/// </summary>
internal sealed class EngineBenchmark : IBenchmark
{
    private const string First = "10.0.0.0";
    private const string OpenToAll = "0 2147483647", OpenToNobody = "1 0";
    private const int Probes = 5, ShortRuns = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Name => "engines";

    public string Description => "pyfping's layout, our fping engine, zmap, and the raw engine, over the same targets; needs root";

    public async Task<Report> RunAsync(BenchmarkSize size, CancellationToken cancellationToken)
    {
        var targets = size.Quick ? 60_000 : 600_000;
        await Peers.InstallAsync();
        var load = Machine.LoadAverage();
        using var folder = new WorkFolder();
        await using var lab = await CreateLabAsync();
        await PermitDatagramsAsync(lab.Hosts[0], OpenToAll);
        var only = size.Only?.Split(',') ?? [""];
        EngineCase[] cases = [.. Cases(lab.Hosts[0], folder, targets).Where(@case => only.Any(text => @case.Name.Contains(text, StringComparison.Ordinal)))];
        if (cases.Length == 0)
        {
            throw new UserErrorException($"no engine has '{size.Only}' in its name");
        }

        var runs = cases.Select(_ => new List<EngineRun>()).ToArray();
        for (var turn = 1; turn <= size.Repeats; turn++)
        {
            foreach (var i in InTurn(cases))
            {
                var run = await cases[i].RunAsync(cancellationToken);
                runs[i].Add(run);
                Tell($"turn {turn} of {size.Repeats}: {cases[i].Name}: {run.AnsweredPerSecond:N0} answered/s, others used {run.OthersPercent:0} % of the CPUs");
            }
        }

        return new Report(
            Name,
            string.Create(CultureInfo.InvariantCulture, $"{targets:N0} targets x {Probes} pings, every target answers; median of {size.Repeats} turns (least-most)"),
            $"dotnet run -c Release --project tests/Benchmarks -- engines{(size.Quick ? " --quick" : "")}{(size.Only is null ? "" : $" --only '{size.Only}'")} --repeats {size.Repeats}",
            await Machine.DescribeAsync(load),
            EngineTable.Of([.. cases.Select(@case => @case.Name)], runs));
    }

    private static IEnumerable<int> InTurn(EngineCase[] cases) =>
        Enumerable.Range(0, cases.Max(@case => @case.Runs)).SelectMany(pass => Enumerable.Range(0, cases.Length).Where(i => pass < cases[i].Runs));

    private static async Task PermitDatagramsAsync(LabHost host, string groups)
    {
        await using var sysctl = await host.Run(Patience, "sysctl", "-w", $"net.ipv4.ping_group_range={groups}");
    }

    private static async Task<EngineRun> WithoutDatagramsAsync(LabHost host, Func<Task<EngineRun>> run)
    {
        await PermitDatagramsAsync(host, OpenToNobody);
        try
        {
            return await run();
        }
        finally
        {
            await PermitDatagramsAsync(host, OpenToAll);
        }
    }

    private static IEnumerable<EngineCase> Cases(LabHost host, WorkFolder folder, int targets)
    {
        var ping = new AgentPing(host, folder, TargetRange.Of(First, targets).TrimEnd());
        var zmap = new Zmap(host, folder, First, targets, Probes);
        var cluster = new ClusterPing(host, folder, TargetRange.Of(First, targets));
        string[] unlimited = ["--rate", "10000000"];
        yield return new EngineCase(EngineTable.Pyfping, token => cluster.RunAsync("engine: fping, layout: pyfping", agents: 1, token));
        yield return new EngineCase("fping, layout auto", token => ping.RunAsync(["--engine", "fping", .. unlimited], unprivileged: false, token));
        yield return new EngineCase("zmap, as fast as it can", zmap.RunAsync);
        yield return new EngineCase(EngineTable.Zmap, zmap.RunLosslessAsync, ShortRuns);
        yield return new EngineCase("raw, 1 lane", token => ping.RunAsync(["--engine", "raw", "--lanes", "1", .. unlimited], unprivileged: false, token));
        yield return new EngineCase(EngineTable.Raw, token => ping.RunAsync(["--engine", "raw", "--lanes", "2", .. unlimited], unprivileged: false, token), ShortRuns);
        yield return new EngineCase(
            "raw, 2 lanes, raw sockets",
            token => WithoutDatagramsAsync(host, () => ping.RunAsync(["--engine", "raw", "--lanes", "2", .. unlimited], unprivileged: false, token)),
            ShortRuns);
        yield return new EngineCase(
            EngineTable.Unprivileged, token => ping.RunAsync(["--engine", "raw", "--lanes", "2", .. unlimited], unprivileged: true, token), ShortRuns);
        yield return new EngineCase(EngineTable.Cluster, token => cluster.RunAsync("engine: raw", agents: 3, token), ShortRuns);
    }

    private static void Tell(FormattableString text) => Console.Error.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static async Task<NetworkLab> CreateLabAsync()
    {
        try
        {
            return await NetworkLab.Create(hosts: 1);
        }
        catch (LabException exception)
        {
            throw new UserErrorException(exception.Message, exception);
        }
    }
}
