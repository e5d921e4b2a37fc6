namespace FpingCluster.TestKit.Lab;

/// <summary>What a process wrote to both its pipes, in the order of arrival; beyond a bound only the latest lines.</summary>
internal sealed class LabOutput
{
    private const int KeptLines = 50_000;

    private readonly Lock _gate = new();
    private readonly Queue<LabLine> _lines = new();
    private TaskCompletionSource _changed = NewSignal();
    private int _dropped;

    public LabOutput(StreamReader output, StreamReader errors) => Drained = Task.WhenAll(Drain(output, isError: false), Drain(errors, isError: true));

    /// <summary>Ends when the last writer, the process or a child of it, has closed its end of the pipes.</summary>
    public Task Drained { get; }

    /// <summary>All lines ever written, those no longer kept included.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _dropped + _lines.Count;
            }
        }
    }

    public IReadOnlyList<string> Lines(bool errors)
    {
        lock (_gate)
        {
            return [.. _lines.Where(line => line.IsError == errors).Select(line => line.Text)];
        }
    }

    public string Tail(int count)
    {
        lock (_gate)
        {
            return string.Join(Environment.NewLine, _lines.TakeLast(count).Select(line => (line.IsError ? "  2> " : "  1> ") + line.Text));
        }
    }

    /// <summary>The first line from the given count on that matches; null when the pipes end without one.</summary>
    public async Task<string?> Find(Func<string, bool> predicate, int from)
    {
        while (true)
        {
            Task changed;
            var drained = Drained.IsCompleted;
            lock (_gate)
            {
                foreach (var line in _lines.Skip(from - _dropped))
                {
                    if (predicate(line.Text))
                    {
                        return line.Text;
                    }
                }

                from = _dropped + _lines.Count;
                changed = _changed.Task;
            }

            if (drained)
            {
                return null;
            }

            await Task.WhenAny(changed, Drained);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task Drain(StreamReader reader, bool isError)
    {
        while (await reader.ReadLineAsync() is { } text)
        {
            Add(new LabLine(isError, text));
        }
    }

    private void Add(LabLine line)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _lines.Enqueue(line);
            if (_lines.Count > KeptLines)
            {
                _lines.Dequeue();
                _dropped++;
            }

            (changed, _changed) = (_changed, NewSignal());
        }

        changed.SetResult();
    }
}
