using System.Threading.Channels;
using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Tests.Assignments;
using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Tests.Engines;

/// <summary>An engine that answers for every target: at once, or when the test says so.</summary>
internal sealed class FakeEngine(bool answersAtOnce = true) : IProbeEngine
{
    private readonly Channel<ShardAssignment> _taken = Channel.CreateUnbounded<ShardAssignment>();
    private readonly TaskCompletionSource _allReported = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IResultSink? _sink;
    private int _open = 1;

    public EngineKind Kind => EngineKind.Simulated;

    /// <summary>Thrown as soon as a shard is taken.</summary>
    public Exception? Fault { get; set; }

    public EngineOffer Offer => new(Kind, _ => Task.FromResult(new EngineProof(true, "fake")), () => this);

    public async Task<ShardAssignment> NextTakenAsync(TimeSpan patience)
    {
        using var timeout = new CancellationTokenSource(patience);
        return await _taken.Reader.ReadAsync(timeout.Token);
    }

    public void Complete(ShardAssignment assignment)
    {
        _sink!.Progressed(assignment.Targets.Length * assignment.Probe.Count, assignment.Targets.Length * assignment.Probe.Count);
        _sink.Completed(assignment, TestShards.AllUp(assignment));
        Close();
    }

    public async Task RunAsync(IShardSource source, IResultSink sink, CancellationToken cancellationToken)
    {
        _sink = sink;
        while (await source.TakeAsync(1, cancellationToken) is { Count: > 0 } shards)
        {
            Interlocked.Add(ref _open, shards.Count);
            foreach (var shard in shards)
            {
                _taken.Writer.TryWrite(shard);
                if (Fault is { } fault)
                {
                    throw fault;
                }

                if (answersAtOnce)
                {
                    Complete(shard);
                }
            }
        }

        Close();
        await _allReported.Task.WaitAsync(cancellationToken);
    }

    private void Close()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            _allReported.SetResult();
        }
    }
}
