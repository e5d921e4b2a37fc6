using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines;
using FpingCluster.Shared.Results;

namespace FpingCluster.Agent.Tests.Engines;

/// <summary>Keeps what an engine reports, and fails on a shard reported twice.</summary>
internal sealed class CollectingSink : IResultSink
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ShardAssignment, ShardResult> _completed = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ShardAssignment, string> _failed = new(ReferenceEqualityComparer.Instance);
    private int _sent;
    private int _received;

    public IReadOnlyDictionary<ShardAssignment, ShardResult> CompletedShards => _completed;

    public IReadOnlyDictionary<ShardAssignment, string> FailedShards => _failed;

    public int Sent => _sent;

    public int Received => _received;

    public void Completed(ShardAssignment assignment, ShardResult result)
    {
        lock (_gate)
        {
            Assert.DoesNotContain(assignment, _failed.Keys);
            _completed.Add(assignment, result);
        }
    }

    public void Failed(ShardAssignment assignment, string why)
    {
        lock (_gate)
        {
            Assert.DoesNotContain(assignment, _completed.Keys);
            _failed.Add(assignment, why);
        }
    }

    public void Progressed(int sent, int received)
    {
        Interlocked.Add(ref _sent, sent);
        Interlocked.Add(ref _received, received);
    }
}
