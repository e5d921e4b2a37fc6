using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Tests.Session;

/// <summary>What was logged, as people would read it.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    /// <summary>Waits for a line with all these parts; lines before it are passed over.</summary>
    public async Task<string> FindAsync(params string[] parts)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        List<string> passed = [];
        try
        {
            while (true)
            {
                passed.Add(await _lines.Reader.ReadAsync(timeout.Token));
                if (parts.All(part => passed[^1].Contains(part, StringComparison.Ordinal)))
                {
                    return passed[^1];
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"no line with '{string.Join("' and '", parts)}' among:\n{string.Join('\n', passed)}");
        }
    }

    /// <summary>The lines that nobody has found or taken yet.</summary>
    public IReadOnlyList<string> TakeAll()
    {
        List<string> lines = [];
        while (_lines.Reader.TryRead(out var line))
        {
            lines.Add(line);
        }

        return lines;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Writer.TryWrite($"{logLevel} {formatter(state, exception)}");

    public void Dispose()
    {
    }
}
