using System.Globalization;
using FpingCluster.Benchmarks.Reporting;
using FpingCluster.Benchmarks.Runs;
using FpingCluster.Shared.Hosting;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Benchmarks.Accuracy;

/// <summary>
/// What the engines report against what happened, in a network whose every answer is made by the laboratory: at parts of the rate that this host bears, and
/// fping alone at a rate that does not strain it.
/// </summary>
internal sealed class AccuracyBenchmark : IBenchmark
{
    private const int FpingRate = 1_000;
    private const double Seconds = 8;

    private static readonly double[] Parts = [0.05, 0.2, 0.5, 1];

    public string Name => "accuracy";

    public string Description => "RTTs, losses and reasons against a network with a known truth; needs root";

    public async Task<Report> RunAsync(BenchmarkSize size, CancellationToken cancellationToken)
    {
        var load = Machine.LoadAverage();
        using var folder = new WorkFolder();
        var lab = new AccuracyLab(folder, size.Quick ? Seconds / 4 : Seconds);
        var safeRate = await WithLabAsync(() => lab.FindSafeRateAsync(cancellationToken));
        Tell($"safe rate in this laboratory: {safeRate:N0} pings/s");
        var table = new Table("engine", "pings/s asked for", "pings compared", "false losses", "false answers", "wrong reasons", "RTT error p50 us", "p99 us", "max us", "verdict");
        var fping = await MeasureAsync(lab, "fping", FpingRate, size.Repeats, cancellationToken);
        table.Add(["fping alone", .. Cells(FpingRate, fping), ""]);
        var slowest = default(AccuracyRun);
        foreach (var part in Parts)
        {
            var rate = (int)(safeRate * part);
            var run = await MeasureAsync(lab, "raw", rate, size.Repeats, cancellationToken);
            slowest ??= run;
            table.Add([string.Create(CultureInfo.InvariantCulture, $"raw, {part:P0} of the safe rate"), .. Cells(rate, run), Judge(part, run, slowest, fping)]);
        }

        return new Report(
            Name,
            "5 pings a target, half of them IPv6; 80 % answer after 2 to 10 ms, the others in 20 other ways (lost, late, twice, forged, damaged, unreachable …); all turns together",
            $"dotnet run -c Release --project tests/Benchmarks -- accuracy{(size.Quick ? " --quick" : "")} --repeats {size.Repeats}",
            await Machine.DescribeAsync(load),
            table);
    }

    private static async Task<AccuracyRun> MeasureAsync(AccuracyLab lab, string engine, int rate, int repeats, CancellationToken cancellationToken)
    {
        var sum = new AccuracyRun();
        for (var turn = 1; turn <= repeats; turn++)
        {
            sum.Add(await lab.RunAsync(engine, rate, cancellationToken));
            Tell($"turn {turn} of {repeats}: {engine} at {rate:N0} pings/s: RTT error p99 {sum.ErrorUs(0.99):0} us, {sum.FalseLosses} false losses");
        }

        return sum;
    }

    private static string Judge(double part, AccuracyRun run, AccuracyRun slowest, AccuracyRun fping)
    {
        var isTrue = run.FalseLosses + run.FalseAnswers + run.WrongReasons == 0;
        // Up to half the safe rate the error is to be fping's at most, and not to grow: by a tenth or 10 us, what two equal runs differ by.
        var bound = Math.Max(fping.ErrorUs(0.99), 1.1 * slowest.ErrorUs(0.99) + 10);
        return part > 0.5
            ? Verdict.Of(isTrue, "nothing false")
            : Verdict.Of(isTrue && run.ErrorUs(0.99) <= fping.ErrorUs(0.99) && run.ErrorUs(0.99) <= bound, "nothing false, p99 <= fping's");
    }

    private static string[] Cells(int rate, AccuracyRun run) =>
    [
        Number(rate), Number(run.Compared), Number(run.FalseLosses), Number(run.FalseAnswers), Number(run.WrongReasons),
        Number(run.ErrorUs(0.5)), Number(run.ErrorUs(0.99)), Number(run.ErrorUs(1)),
    ];

    private static string Number(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static void Tell(FormattableString text) => Console.Error.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static async Task<T> WithLabAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (LabException exception)
        {
            throw new UserErrorException(exception.Message, exception);
        }
    }
}
