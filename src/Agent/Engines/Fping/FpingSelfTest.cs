using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines.Fping;

/// <summary>
/// Finds fping and proves that it pings: it asks for its version, pings this host and looks at its socket meanwhile. Needed because a broken fping is silent:
/// 5.1 on datagram sockets loses everything without a word.
/// </summary>
internal sealed partial class FpingSelfTest(TimeProvider time, string procRoot = "/proc")
{
    public static readonly Version OldestVersion = new(4, 2);

    /// <summary>From here on fping works on datagram sockets.</summary>
    public static readonly Version DatagramVersion = new(5, 2);

    private static readonly string[] UsualFolders = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];

    private static readonly TimeSpan VersionTimeout = TimeSpan.FromSeconds(5);

    private const int Attempts = 3;

    /// <summary>Long enough for several looks at its sockets.</summary>
    private static readonly Probe OwnHost = new()
    {
        Count = 3,
        Period = TimeSpan.FromMilliseconds(200),
        Timeout = TimeSpan.FromMilliseconds(500),
    };

    /// <summary>Without a path fping is looked for in PATH and the usual folders.</summary>
    public async Task<FpingSelfTestResult> RunAsync(string? path, CancellationToken cancellationToken)
    {
        var found = path ?? Find();
        if (found is null)
        {
            return Unusable($"fping is in no folder of PATH, nor in {string.Join(", ", UsualFolders)}; install fping {OldestVersion} or newer, or set its path");
        }

        var (version, error) = await ReadVersionAsync(found, cancellationToken);
        if (version is null || version < OldestVersion)
        {
            return Unusable(error ?? $"{found} is version {version}; it must be {OldestVersion} or newer: upgrade fping");
        }

        await using var drops = new SocketDropWatch(time, procRoot);
        var ping = new FpingProcess(found, drops, time);
        var (mode, defect) = await ProveAsync(ping, found, version, cancellationToken);
        if (defect is not null)
        {
            return Unusable(defect);
        }

        var ipv6 = await ping.RunAsync(Bucket("::1"), OwnHost.Period, cancellationToken);
        return new FpingSelfTestResult(new FpingCapability(found, version, mode, Answered(ipv6)), null);
    }

    /// <summary>On a busy host a ping may time out and a look at the socket may come too late; a defect shows every time.</summary>
    private static async Task<(SocketMode Mode, string? Defect)> ProveAsync(
        FpingProcess ping, string path, Version version, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var end = await ping.RunAsync(Bucket("127.0.0.1"), OwnHost.Period, cancellationToken);
            var defect = FindDefect(path, version, end);
            if (defect is null || attempt == Attempts)
            {
                return (end.Mode, defect);
            }
        }
    }

    private static string? FindDefect(string path, Version version, FpingBucketEnd end) => (Answered(end), end.Mode) switch
    {
        (true, SocketMode.Unknown) => $"the sockets of {path} are not listed in /proc/net/raw or /proc/net/icmp, so its lost pings cannot be told from " +
            "packets that this host dropped; mount /proc of this network namespace",
        (true, _) => null,
        (false, SocketMode.Datagram) when version < DatagramVersion => $"{path} {version} got a datagram socket, on which fping before {DatagramVersion} loses " +
            $"every reply; {FpingExit.SocketRemedy}",
        (false, _) when end.Exit.IsOrderly && end.Output.Reported > 0 => $"{path} {version} pings 127.0.0.1 in vain ({end.Mode} socket); look whether a firewall " +
            $"or net.ipv4.icmp_echo_ignore_all swallows pings on this host, or {FpingExit.SocketRemedy}",
        _ => end.Exit.Explain(path, end.Output.StrangeLines),
    };

    private static bool Answered(FpingBucketEnd end) => end.Output.IsReported(0) && end.Output.RttsUs(0).ContainsAnyExcept(0u);

    private static FpingBucket Bucket(string address)
    {
        var shard = new ShardAssignment(new LeaseKey(new RoundId(0), new ShardId(1), new LeaseEpoch(0)), [TargetAddress.Parse(address)], OwnHost);
        return new FpingBucket(OwnHost, [new FpingTarget(new ShardProgress(shard), 0)]);
    }

    private static string? Find()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return folders.Concat(UsualFolders).Select(folder => Path.Combine(folder, "fping")).FirstOrDefault(File.Exists);
    }

    private async Task<(Version? Version, string? Error)> ReadVersionAsync(string path, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(VersionTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(path, ["--version"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        try
        {
            process.Start();
            using var kill = stop.Token.UnsafeRegister(state => ((Process)state!).Kill(), process);
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(stop.Token);
            var text = await process.StandardOutput.ReadToEndAsync(stop.Token) + await errors;
            await process.WaitForExitAsync(stop.Token);
            var match = VersionPattern().Match(text);
            return match.Success
                ? (new Version(match.Groups[1].Value), null)
                : (null, new FpingExit(process.ExitCode).Explain(path, [text.Trim()]) + $"; it does not tell its version: is it fping {OldestVersion} or newer?");
        }
        catch (Win32Exception exception)
        {
            return (null, new FpingExit(null, exception.NativeErrorCode).Explain(path, []));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, new FpingExit(null).Explain(path, []) + " when asked for its version: is it fping?");
        }
    }

    private static FpingSelfTestResult Unusable(string error) => new(null, error);

    [GeneratedRegex(@"Version (\d+\.\d+)")]
    private static partial Regex VersionPattern();
}
