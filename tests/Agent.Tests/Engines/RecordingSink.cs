using System.Collections.Concurrent;
using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines;
using FpingCluster.Shared.Results;

namespace FpingCluster.Agent.Tests.Engines;

/// <summary>Keeps what an engine reports.</summary>
internal sealed class RecordingSink : IResultSink
{
    private long _sent;
    private long _received;

    public ConcurrentQueue<(ShardAssignment Assignment, ShardResult Result)> Results { get; } = new();

    public long Sent => Interlocked.Read(ref _sent);

    public long Received => Interlocked.Read(ref _received);

    public void Completed(ShardAssignment assignment, ShardResult result) => Results.Enqueue((assignment, result));

    public void Failed(ShardAssignment assignment, string why) => throw new InvalidOperationException(why);

    public void Progressed(int sent, int received)
    {
        Interlocked.Add(ref _sent, sent);
        Interlocked.Add(ref _received, received);
    }
}
