namespace FpingCluster.TestKit.Lab;

/// <summary>Makes system calls of a running process fail, as the kernel would, until it is disposed. By strace, which must be installed.</summary>
public sealed class FailingCalls : IAsyncDisposable
{
    private const string Tracer = "strace";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly LabProcess _tracer;

    private FailingCalls(LabProcess tracer) => _tracer = tracer;

    /// <param name="calls">Their names, separated by commas.</param>
    /// <param name="error">EIO, ENOSPC and so on.</param>
    public static async Task<FailingCalls> InjectAsync(LabProcess victim, string calls, string error)
    {
        var tracer = LabProcess.Start(Tracer, [.. Options(calls, error), "-p", $"{victim.Id}"]);
        await tracer.WaitForLine(line => line.Contains(" attached", StringComparison.Ordinal), Patience);
        return new FailingCalls(tracer);
    }

    /// <summary>A program whose calls fail from its first instruction on; its exit code is that of what is started here.</summary>
    public static LabProcess Start(string calls, string error, string program, params string[] arguments) =>
        LabProcess.Start(Tracer, [.. Options(calls, error), program, .. arguments]);

    /// <summary>From now on the calls work again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_tracer.HasExited)
        {
            _tracer.Terminate();
            await _tracer.WaitForExit(Patience);
        }

        await _tracer.DisposeAsync();
    }

    // What is traced, apart from the tracer's own words, is of no use.
    private static string[] Options(string calls, string error) =>
        ["-f", "--seccomp-bpf", "-o", "/dev/null", "-e", $"trace={calls}", "-e", "signal=none", "-e", $"inject={calls}:error={error}"];
}
