using System.Globalization;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Privileged.Tests.Cluster;

/// <summary>
/// Reads the kernel's ICMP counters of several namespaces over and over. Each reading knows when it was begun and when it was over, so a reader that was late says nothing wrong.
/// The first namespace is the router's, which receives; the others send.
/// </summary>
internal sealed class WireMeter(IReadOnlyList<LabProcess> idle) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeProvider Time = TimeProvider.System;

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<Reading> _readings = [];
    private Task _reading = Task.CompletedTask;

    /// <summary>The router's counter: pings of all.</summary>
    public static int All => 0;

    public async Task Begin()
    {
        // Between fork and setns a process is still in the namespace of its parent.
        using var patience = new CancellationTokenSource(Patience, Time);
        while (idle.Select(process => Namespace(process.Id)).Append(Namespace(Environment.ProcessId)).Distinct().Count() <= idle.Count)
        {
            await Task.Delay(Interval, Time, patience.Token);
        }

        _reading = Task.Run(ReadOn);
    }

    /// <summary>Until so many more pings have passed this counter.</summary>
    public async Task Pass(int counter, long pings)
    {
        using var patience = new CancellationTokenSource(Patience, Time);
        for (var until = Read().Counts[counter] + pings; Read().Counts[counter] < until;)
        {
            await Task.Delay(Interval, Time, patience.Token);
        }
    }

    /// <summary>The most pings in any window of a second at the longest.</summary>
    public long MostInASecond(int counter)
    {
        var most = 0L;
        var readings = Readings();
        for (int first = 0, last = 0; last < readings.Count; last++)
        {
            while (Time.GetElapsedTime(readings[first].Begun, readings[last].Over) > TimeSpan.FromSeconds(1))
            {
                first++;
            }

            most = Math.Max(most, readings[last].Counts[counter] - readings[first].Counts[counter]);
        }

        return most;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
    }

    private List<Reading> Readings()
    {
        lock (_gate)
        {
            return [.. _readings];
        }
    }

    private async Task ReadOn()
    {
        while (!_stop.IsCancellationRequested)
        {
            var reading = Read();
            lock (_gate)
            {
                _readings.Add(reading);
            }

            await Task.Delay(Interval, Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Reading Read()
    {
        var begun = Time.GetTimestamp();
        long[] counts = [.. idle.Select((process, i) => EchoRequests(process.Id, i == All ? "InType8" : "OutType8"))];
        return new Reading(begun, Time.GetTimestamp(), counts);
    }

    private static long EchoRequests(int process, string counter)
    {
        var lines = File.ReadLines($"/proc/{process}/net/snmp").Where(line => line.StartsWith("IcmpMsg:", StringComparison.Ordinal)).Select(line => line.Split(' ')).ToList();
        // A counter that was never used has no column.
        var column = lines.Count > 0 ? Array.IndexOf(lines[0], counter) : -1;
        return column < 0 ? 0 : long.Parse(lines[1][column], CultureInfo.InvariantCulture);
    }

    private static string? Namespace(int process) => new FileInfo($"/proc/{process}/ns/net").LinkTarget;

    private sealed record Reading(long Begun, long Over, long[] Counts);
}
