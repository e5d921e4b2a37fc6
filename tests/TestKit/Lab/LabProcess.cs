using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FpingCluster.TestKit.Lab;

/// <summary>A process that a test started, with its output, its signals and its end. Signals go to this process alone, not to its children.</summary>
public sealed partial class LabProcess : IAsyncDisposable
{
    // A child that outlived the process keeps the pipes open; a reader of the output does not wait for it for ever.
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly LabOutput _output;
    private readonly string _commandLine;
    private bool _isDisposed;

    private LabProcess(Process process, string commandLine)
    {
        _process = process;
        _commandLine = commandLine;
        _output = new LabOutput(process.StandardOutput, process.StandardError);
        Id = process.Id;
    }

    public int Id { get; }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>The lines of standard output so far.</summary>
    public IReadOnlyList<string> Output => _output.Lines(errors: false);

    /// <summary>The lines of standard error so far.</summary>
    public IReadOnlyList<string> Errors => _output.Lines(errors: true);

    /// <summary>Lines written so far to both; a place to wait from.</summary>
    public int LineCount => _output.Count;

    public static LabProcess Start(
        string executable, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? workingDirectory = null)
    {
        var start = new ProcessStartInfo(executable, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory,
        };
        start.Environment[StateHome.Variable] = StateHome.Path;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return new LabProcess(process, string.Join(' ', [executable, .. start.ArgumentList]));
    }

    /// <param name="from">Lines before this <see cref="LineCount"/> do not count.</param>
    public async Task<string> WaitForLine(
        Func<string, bool> predicate, TimeSpan timeout, int from = 0, [CallerArgumentExpression(nameof(predicate))] string what = "")
    {
        var search = _output.Find(predicate, from);
        await Wait.For(search, timeout, $"a line with {what}", Describe);
        return await search ?? throw new InvalidOperationException($"the output ended without a line with {what}{Environment.NewLine}{Describe()}");
    }

    /// <returns>The exit code; 128 + n when signal n ended it.</returns>
    public async Task<int> WaitForExit(TimeSpan timeout)
    {
        await Wait.For(_process.WaitForExitAsync(), timeout, "the end of the process", Describe);
        await Wait.Ends(_output.Drained, DrainPatience);
        return ExitCode;
    }

    public void Kill9() => Send(9);

    public void Terminate() => Send(15);

    /// <summary>SIGSTOP; it ends with <see cref="Thaw"/>.</summary>
    public void Freeze() => Send(19);

    public void Thaw() => Send(18);

    /// <summary>The laboratory disposes its processes too, so a second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _process.Kill();
        await _process.WaitForExitAsync();
        await Wait.Ends(_output.Drained, DrainPatience);
        _process.Dispose();
    }

    /// <summary>For failure messages: what it is, whether it lives, and its last lines.</summary>
    public string Describe(int lines) =>
        $"process {Id} ({(HasExited ? $"exit code {ExitCode}" : "running")}): {_commandLine}{Environment.NewLine}{_output.Tail(lines)}";

    internal void End()
    {
        if (!_isDisposed)
        {
            _process.Kill();
        }
    }

    private void Send(int signal)
    {
        if (HasExited)
        {
            throw new InvalidOperationException($"no signal {signal} to a process that has ended{Environment.NewLine}{Describe()}");
        }

        if (Kill(Id, signal) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"kill({Id}, {signal})");
        }
    }

    private string Describe() => Describe(lines: 20);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
