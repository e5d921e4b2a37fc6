using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Cli;

/// <summary>Collects what the engine finds out in one run. A shard the engine could not probe stays unknown, with the engine's reason.</summary>
internal sealed class PingRound(TargetList list, LocalShardSource shards, string engine, TimeProvider time) : IResultSink
{
    private readonly Lock _gate = new();
    private readonly ListedResults _listed = new(list);
    private readonly RoundTally _tally = new();
    private readonly List<string> _failures = [];
    private readonly string _agent = Environment.MachineName;
    private long _sent;
    private int _done;

    /// <summary>Why shards could not be probed, each reason once.</summary>
    public IReadOnlyList<string> Failures
    {
        get
        {
            lock (_gate)
            {
                return [.. _failures.Distinct()];
            }
        }
    }

    public void Completed(ShardAssignment assignment, ShardResult result) => Add(assignment, result);

    public void Failed(ShardAssignment assignment, string why)
    {
        lock (_gate)
        {
            _failures.Add(why);
        }

        var targets = assignment.Targets.Length;
        Add(assignment, new ShardResult
        {
            FinishedAt = time.GetUtcNow(),
            Sent = new ushort[targets],
            Received = new ushort[targets],
            RttsUs = [],
            Reasons = [.. Enumerable.Range(0, targets).Select(target => new TargetReason(target, ReasonKind.EngineFailed))],
        });
    }

    public void Progressed(int sent, int received) => Interlocked.Add(ref _sent, sent);

    public ProgressSnapshot Progress()
    {
        lock (_gate)
        {
            return new ProgressSnapshot(list.Count, _done, _tally.Up, _tally.Down, _tally.Unknown, Interlocked.Read(ref _sent));
        }
    }

    /// <summary>Closes the round: what has no result by now is unknown. Called once, after the engine has ended.</summary>
    public RoundSummary Close(TimeSpan duration)
    {
        lock (_gate)
        {
            _tally.CountUnknown(_listed.Missing);
            return _tally.Summarize(duration);
        }
    }

    public void WriteTo(IResultWriter writer, DateTimeOffset closedAt) => _listed.WriteTo(writer, closedAt);

    private void Add(ShardAssignment assignment, ShardResult result)
    {
        lock (_gate)
        {
            _listed.Add(shards.TargetsOf(assignment.Lease.Shard), result, _agent);
            _tally.Add(result, _agent, engine);
            _done += assignment.Targets.Length;
        }
    }
}
