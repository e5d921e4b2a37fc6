using System.Diagnostics;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Hosting;

/// <summary>One agent process that this coordinator started.</summary>
internal sealed class LocalAgent
{
    private const int KeptLines = 5;

    private readonly Queue<string> _lastLines = new();

    private LocalAgent(string name, Process process) => (Name, Process) = (name, process);

    public string Name { get; }

    public Process Process { get; }

    public IReadOnlyList<string> LastLines
    {
        get
        {
            lock (_lastLines)
            {
                return [.. _lastLines];
            }
        }
    }

    public static LocalAgent Start(string name, ProcessStartInfo start, Action<string, string> heard)
    {
        var process = new Process { StartInfo = start };
        var agent = new LocalAgent(name, process);
        process.ErrorDataReceived += (_, data) => agent.Keep(data.Data, heard);
        process.OutputDataReceived += (_, data) => agent.Keep(data.Data, heard);
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new UserErrorException($"cannot start {start.FileName}: {exception.Message}", exception);
        }

        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return agent;
    }

    private void Keep(string? line, Action<string, string> heard)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > KeptLines)
            {
                _lastLines.Dequeue();
            }
        }

        heard(Name, line);
    }
}
