using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FpingCluster.Agent.Engines.Fping;

/// <summary>
/// Runs one fping process on a bucket, from start to end. If the agent is killed outright its fping processes finish their buckets, in which nobody reads
/// them any more: a parent-death signal would need a thread that outlives the child and is void for a program with file capabilities.
/// </summary>
internal sealed class FpingProcess(string path, SocketDropWatch drops, TimeProvider time)
{
    /// <summary>A killed process's pipes close at once, unless it left children of its own that hold them.</summary>
    private static readonly TimeSpan DrainAfterKill = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan OverdueCheck = TimeSpan.FromSeconds(5);

    private const int MostExtension = 10;

    /// <summary>128 + SIGKILL.</summary>
    private const int Killed = 137;

    /// <summary>Cancellation kills the process and throws; the watchdog kills it and returns what it had said.</summary>
    public async Task<FpingBucketEnd> RunAsync(FpingBucket bucket, TimeSpan interval, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var watched = drops.Follow();
        using var process = new Process { StartInfo = Command(bucket, interval) };
        try
        {
            process.Start();
            watched.ProcessId = process.Id;
        }
        catch (Win32Exception exception)
        {
            var nothing = new FpingOutput(bucket.Targets.Length, bucket.Probe.Count);
            return new FpingBucketEnd(bucket, new FpingExit(null, exception.NativeErrorCode), nothing, 0, true, SocketMode.Unknown);
        }

        try
        {
            return await FollowAsync(process, watched, bucket, bucket.WatchdogAfter(interval), cancellationToken);
        }
        finally
        {
            process.Kill();
        }
    }

    private async Task<FpingBucketEnd> FollowAsync(
        Process process, WatchedProcess watched, FpingBucket bucket, TimeSpan watchdogAfter, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var hung = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(hung.Token, cancellationToken);
        using var stopReading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var kill = stop.Token.UnsafeRegister(state => ((Process)state!).Kill(), process);
        var watchdog = WatchAsync(watched, watchdogAfter, hung, stopReading, ended.Token);

        // Process does not close streams that were asked for.
        using var standardOutput = process.StandardOutput;
        using var standardError = process.StandardError;
        var output = new FpingOutput(bucket.Targets.Length, bucket.Probe.Count);
        var parser = new FpingOutputParser(bucket.Addresses(), bucket.Probe.Count, output);
        await Task.WhenAll(
            FeedAsync(process, bucket, stopReading.Token),
            DiscardAsync(standardOutput.BaseStream, stopReading.Token),
            FpingLines.ReadAsync(standardError.BaseStream, drops.Look, parser, stopReading.Token));
        var mayHaveDropped = watched.MayHaveDropped;
        await process.WaitForExitAsync(CancellationToken.None);
        await ended.CancelAsync();
        await watchdog;
        cancellationToken.ThrowIfCancellationRequested();
        var exit = new FpingExit(hung.IsCancellationRequested && process.ExitCode == Killed ? null : process.ExitCode);
        return new FpingBucketEnd(bucket, exit, output, watched.Drops, mayHaveDropped, watched.Mode);
    }

    /// <summary>An overdue process that still runs is starved of CPU and gets more time; one that does nothing, or nothing but run, hangs.</summary>
    private async Task WatchAsync(
        WatchedProcess watched, TimeSpan watchdogAfter, CancellationTokenSource hung, CancellationTokenSource stopReading, CancellationToken ended)
    {
        var started = time.GetTimestamp();
        try
        {
            await Task.Delay(watchdogAfter, time, ended);
            while (watched.HasRunSinceAsked() && time.GetElapsedTime(started) < MostExtension * watchdogAfter)
            {
                await Task.Delay(OverdueCheck, time, ended);
            }

            await hung.CancelAsync();
            await Task.Delay(DrainAfterKill, time, ended);
            await stopReading.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // The process has ended.
        }
    }

    private ProcessStartInfo Command(FpingBucket bucket, TimeSpan interval) => new(path,
    [
        bucket.IsIPv4 ? "-4" : "-6",
        "-C", Number(bucket.Probe.Count),
        "-q",
        "-p", Milliseconds(bucket.Probe.Period),
        "-t", Milliseconds(bucket.FpingTimeout),
        "-i", Milliseconds(interval),
        "-b", Number(bucket.Probe.Size),
        "-r", "0",
        "-B1.0",
    ])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["LANG"] = "C", ["LC_ALL"] = "C" },
    };

    private static async Task FeedAsync(Process process, FpingBucket bucket, CancellationToken cancellationToken)
    {
        try
        {
            await using var input = process.StandardInput.BaseStream;
            await input.WriteAsync(bucket.ToInput(), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // It ended without reading its input, or was killed: its exit tells why.
        }
    }

    /// <summary>Quiet fping prints nothing there, but whatever stands in its place must not block on a full pipe.</summary>
    private static async Task DiscardAsync(Stream output, CancellationToken cancellationToken)
    {
        try
        {
            await output.CopyToAsync(Stream.Null, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Killed.
        }
    }

    private static string Milliseconds(TimeSpan duration) => duration.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
