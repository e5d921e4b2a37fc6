using System.Diagnostics;
using System.Text;
using FpingCluster.Coordinator.Tests.Hosting;
using FpingCluster.TestKit;

namespace FpingCluster.Coordinator.Tests.Cli;

/// <summary>The coordinator as people start it, with a folder for temporary files of its own.</summary>
internal sealed class CoordinatorProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _error = new();
    private readonly Task<string> _output;
    private readonly Task _reading;

    private CoordinatorProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _reading = ReadErrorAsync();
    }

    public string Error
    {
        get
        {
            lock (_error)
            {
                return _error.ToString();
            }
        }
    }

    public static CoordinatorProcess Start(string temporaryFolder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "fping-coordinator.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["TMPDIR"] = temporaryFolder },
        };
        return new CoordinatorProcess(Process.Start(start)!);
    }

    public async Task<(int ExitCode, string Output, string Error)> EndAsync()
    {
        await Wait.For(_process.WaitForExitAsync(), TestAgent.Patience, "the coordinator ends", () => Error);
        await _reading;
        return (_process.ExitCode, await _output, Error);
    }

    /// <summary>The rest of the first line of stderr that begins so.</summary>
    public async Task<string> SaysAsync(string begin)
    {
        string? Find() => Error.Split('\n').SkipLast(1).FirstOrDefault(line => line.StartsWith(begin, StringComparison.Ordinal));
        await Wait.Until(() => Find() is not null, TestAgent.Patience, $"stderr says '{begin}'", () => Error);
        return Find()![begin.Length..];
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private async Task ReadErrorAsync()
    {
        var buffer = new char[4096];
        while (await _process.StandardError.ReadAsync(buffer) is > 0 and var count)
        {
            lock (_error)
            {
                _error.Append(buffer, 0, count);
            }
        }
    }
}
