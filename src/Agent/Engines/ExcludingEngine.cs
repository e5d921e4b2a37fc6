using System.Collections.Concurrent;
using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines;

/// <summary>
/// Keeps from an engine what this agent must not ping, whoever asks for it: such targets are reported unknown, with that reason, so that nobody waits for them and no
/// other agent is asked for the same again.
/// </summary>
/// <param name="told">How many targets of a shard were kept back.</param>
internal sealed class ExcludingEngine(IProbeEngine engine, AddressSet excluded, Action<int> told) : IProbeEngine
{
    public EngineKind Kind => engine.Kind;

    public Task RunAsync(IShardSource source, IResultSink sink, CancellationToken cancellationToken)
    {
        var filter = new Filter(source, sink, excluded, told);
        return engine.RunAsync(filter, filter, cancellationToken);
    }

    private sealed class Filter(IShardSource source, IResultSink sink, AddressSet excluded, Action<int> told) : IShardSource, IResultSink
    {
        // Of the shards from which targets were taken out: what was asked for.
        private readonly ConcurrentDictionary<ShardAssignment, ShardAssignment> _whole = new(ReferenceEqualityComparer.Instance);

        public int ReadyTargets => source.ReadyTargets;

        public async ValueTask<IReadOnlyList<ShardAssignment>> TakeAsync(int maxTargets, CancellationToken cancellationToken) =>
            [.. (await source.TakeAsync(maxTargets, cancellationToken)).Select(Permit)];

        public void Completed(ShardAssignment assignment, ShardResult result)
        {
            if (_whole.TryRemove(assignment, out var whole))
            {
                sink.Completed(whole, Widen(whole, result));
            }
            else
            {
                sink.Completed(assignment, result);
            }
        }

        public void Failed(ShardAssignment assignment, string why) => sink.Failed(_whole.TryRemove(assignment, out var whole) ? whole : assignment, why);

        public void Progressed(int sent, int received) => sink.Progressed(sent, received);

        private ShardAssignment Permit(ShardAssignment assignment)
        {
            if (!Array.Exists(assignment.Targets, excluded.Contains))
            {
                return assignment;
            }

            var permitted = assignment with { Targets = [.. assignment.Targets.Where(target => !excluded.Contains(target))] };
            _whole[permitted] = assignment;
            told(assignment.Targets.Length - permitted.Targets.Length);
            return permitted;
        }

        private ShardResult Widen(ShardAssignment whole, ShardResult result)
        {
            var (sent, received) = (new ushort[whole.Targets.Length], new ushort[whole.Targets.Length]);
            var placeOf = new List<int>(result.TargetCount);
            var reasons = new List<TargetReason>();
            for (var target = 0; target < whole.Targets.Length; target++)
            {
                if (excluded.Contains(whole.Targets[target]))
                {
                    reasons.Add(new TargetReason(target, ReasonKind.ExcludedByAgent));
                    continue;
                }

                (sent[target], received[target]) = (result.Sent[placeOf.Count], result.Received[placeOf.Count]);
                placeOf.Add(target);
            }

            reasons.AddRange(result.Reasons.Select(reason => reason with { Target = placeOf[reason.Target] }));
            return result with { Sent = sent, Received = received, Reasons = [.. reasons.OrderBy(reason => reason.Target)] };
        }
    }
}
