using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;

namespace FpingCluster.Agent.Engines.Simulated;

/// <summary>
/// Probes a <see cref="SimulatedNetwork"/>: the same contract as the real engines, without a packet. One loop takes shards as the rate limit allows
/// and reports each when its last ping would have been answered or lost.
/// </summary>
internal sealed class SimulatedEngine(SimulationSettings settings, IEngineRate rate, TimeProvider time) : IProbeEngine
{
    /// <summary>Shards are taken this long before they can be sent, so that the sender never waits for its next one.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMilliseconds(50);

    /// <summary>An instant run has no rate to go by; this many targets a take keep the source's overhead small.</summary>
    private const int TargetsPerInstantTake = 10_000;

    private readonly SimulatedNetwork _network = new(settings);
    private readonly SendSchedule _schedule = new();
    private readonly PriorityQueue<ShardAssignment, TimeSpan> _underWay = new();
    private long _began;
    private int _pingsPerTarget = 1;

    public EngineKind Kind => EngineKind.Simulated;

    public Task RunAsync(IShardSource source, IResultSink sink, CancellationToken cancellationToken)
    {
        _began = time.GetTimestamp();
        return settings.TakesTime ? RunPacedAsync(source, sink, cancellationToken) : RunInstantlyAsync(source, sink, cancellationToken);
    }

    private async Task RunInstantlyAsync(IShardSource source, IResultSink sink, CancellationToken cancellationToken)
    {
        while (await source.TakeAsync(TargetsPerInstantTake, cancellationToken) is { Count: > 0 } taken)
        {
            foreach (var assignment in taken)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Report(assignment, sink);
            }
        }
    }

    private async Task RunPacedAsync(IShardSource source, IResultSink sink, CancellationToken cancellationToken)
    {
        Task<IReadOnlyList<ShardAssignment>>? taking = null;
        for (var ended = false; !ended || _underWay.Count > 0;)
        {
            ReportFinished(sink);
            if (taking is { IsCompleted: true })
            {
                var taken = await taking;
                taking = null;
                ended = taken.Count == 0;
                Begin(taken);
            }
            else if (!ended && taking is null && _schedule.FreeAt <= Now + Ahead)
            {
                taking = source.TakeAsync(TargetsPerTake, cancellationToken).AsTask();
            }
            else if (!ended || _underWay.Count > 0)
            {
                await WaitAsync(taking, mayTakeAt: ended ? null : _schedule.FreeAt - Ahead, cancellationToken);
            }
        }
    }

    private TimeSpan Now => time.GetElapsedTime(_began);

    /// <summary>What can be sent within <see cref="Ahead"/>; how many pings a target takes is known from the shards before.</summary>
    private int TargetsPerTake => Math.Max(1, (int)(rate.PingsPerSecond * Ahead.TotalSeconds / _pingsPerTarget));

    private void Begin(IReadOnlyList<ShardAssignment> taken)
    {
        foreach (var assignment in taken)
        {
            _pingsPerTarget = assignment.Probe.Count;
            _underWay.Enqueue(assignment, _schedule.Book(Now, assignment.Targets.Length, assignment.Probe, rate.PingsPerSecond));
        }
    }

    private void ReportFinished(IResultSink sink)
    {
        while (_underWay.TryPeek(out var assignment, out var finishedAt) && finishedAt <= Now)
        {
            _underWay.Dequeue();
            Report(assignment, sink);
        }
    }

    /// <summary>Until a shard is finished, the next may be taken, or the one being taken is there.</summary>
    private async Task WaitAsync(Task? taking, TimeSpan? mayTakeAt, CancellationToken cancellationToken)
    {
        var next = _underWay.TryPeek(out _, out var finishedAt) ? finishedAt : TimeSpan.MaxValue;
        if (taking is null && mayTakeAt < next)
        {
            next = mayTakeAt.Value;
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var wait = next == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, (next - Now).TotalMilliseconds)));
        var delay = Task.Delay(wait, time, waiting.Token);
        await Task.WhenAny(taking ?? delay, delay);
        await waiting.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Report(ShardAssignment assignment, IResultSink sink)
    {
        var result = Probe(assignment);
        sink.Progressed(result.RttsUs.Length, result.RttsUs.Length - result.RttsUs.AsSpan().Count(0u));
        sink.Completed(assignment, result);
    }

    private ShardResult Probe(ShardAssignment assignment)
    {
        var (targets, count) = (assignment.Targets, assignment.Probe.Count);
        var timeoutUs = (uint)assignment.Probe.Timeout.TotalMicroseconds;
        var sent = new ushort[targets.Length];
        var received = new ushort[targets.Length];
        var rtts = new uint[targets.Length * count];
        var reasons = new List<TargetReason>();
        sent.AsSpan().Fill((ushort)count);
        for (var i = 0; i < targets.Length; i++)
        {
            var target = _network.Find(targets[i], assignment.Lease.Round);
            if (target.IsUnreachable)
            {
                reasons.Add(Unreachable(i, targets[i]));
            }

            for (var ping = 0; ping < count; ping++)
            {
                var rtt = target.RttUs(ping);
                if (rtt > 0 && rtt <= timeoutUs)
                {
                    rtts[i * count + ping] = rtt;
                    received[i]++;
                }
            }
        }

        return new ShardResult { FinishedAt = time.GetUtcNow(), Sent = sent, Received = received, RttsUs = rtts, Reasons = [.. reasons] };
    }

    private static TargetReason Unreachable(int target, Shared.Targets.TargetAddress address) => address.IsIPv4
        ? TargetReason.Icmp(target, 3, 1, SimulatedNetwork.RouterOf(address))
        : TargetReason.Icmp(target, 1, 3, SimulatedNetwork.RouterOf(address));
}
