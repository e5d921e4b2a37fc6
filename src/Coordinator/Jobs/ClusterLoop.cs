using System.Collections.Concurrent;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Merging;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Results;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>
/// Runs the <see cref="Cluster"/> on one task: sessions, jobs, the store and the clock post to it; everybody else reads the snapshots it publishes.
/// </summary>
internal sealed class ClusterLoop : BackgroundService
{
    private readonly Mailbox _mailbox = new();
    private readonly ConcurrentDictionary<RoundId, RoundBriefing> _briefings = new();
    private readonly List<(Func<MembershipSnapshot, bool> Condition, TaskCompletionSource<bool> Reached)> _waiting = [];
    private readonly IResultStore _store;
    private readonly Cluster _cluster;
    private readonly CommitQueue _commits;
    private readonly ClusterOptions _options;
    private readonly TimeProvider _time;
    private long _version;

    public ClusterLoop(IResultStore store, ClusterOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        (_store, _options, _time) = (store, options, time);
        _commits = new CommitQueue(store, batches => Post(() => _cluster!.Committed(batches)), time, Random.Shared, loggers.CreateLogger<CommitQueue>());
        _cluster = new Cluster(store, _commits.Enqueue, options, time, loggers.CreateLogger<Cluster>());
    }

    /// <summary>As of the last tick, join or leave.</summary>
    public MembershipSnapshot Membership { get; private set; } = MembershipSnapshot.Empty;

    /// <summary>The running rounds as of the last tick.</summary>
    public IReadOnlyList<RoundProgress> Progress { get; private set; } = [];

    /// <summary>Why no agent may probe the job, of which a round is running; null when one may or none is running.</summary>
    public string? Hindrance(Job job) =>
        Progress.Any(round => round.Job == job.Name) ? ProbeHindrance.Of(job, Membership.Agents.Select(agent => agent.Introduction)) : null;

    /// <summary>What hinders the store from keeping results; null when nothing does.</summary>
    public string? StoreTrouble => _store.Damage ?? _commits.Trouble;

    /// <summary>A running round, for sessions that check a batch before it is merged.</summary>
    public RoundBriefing? FindRound(RoundId round) => _briefings.GetValueOrDefault(round);

    /// <summary>Whether a coordinator with this store, this one or one before it, can have granted such a lease.</summary>
    public bool MayHaveGranted(LeaseEpoch epoch) => epoch.Value >> 32 >= _store.FirstGeneration && epoch.Value >> 32 <= _store.Generation;

    public void AgentJoined(AgentIntroduction introduction, IAgentLink link) =>
        Post(() =>
        {
            _cluster.AgentJoined(introduction, link);
            Publish();
        });

    public void AgentHeard(AgentId agent, IAgentLink link, AgentLoad? load) => Post(() => _cluster.AgentHeard(agent, link, load));

    public void AgentLeft(AgentId agent, IAgentLink link, string why, bool saidGoodbye) =>
        Post(() =>
        {
            _cluster.AgentLeft(agent, link, why, saidGoodbye);
            Publish();
        });

    public void LeasesReturned(AgentId agent, IAgentLink link, IReadOnlyList<LeaseKey> leases, LeaseReturnReason reason, string detail) =>
        Post(() => _cluster.LeasesReturned(agent, link, leases, reason, detail));

    public void BatchArrived(AgentId agent, IAgentLink link, ulong sequence, StoredBatch batch, ShardResult? result) =>
        Post(() => _cluster.BatchArrived(agent, link, sequence, batch, result));

    /// <summary>Returns when everything posted before is done.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => done.SetResult(true));
        await OrLoopEnd(done.Task).WaitAsync(cancellationToken);
    }

    /// <summary>Asks every agent to finish or return what it holds and to leave; returns when all have left.</summary>
    public Task DrainAsync(string reason, CancellationToken cancellationToken)
    {
        Post(() => _cluster.DrainAll(reason));
        return WaitUntilAsync(membership => membership.Agents.All(agent => agent.Status == AgentStatus.Disconnected), cancellationToken);
    }

    /// <summary>Asks one agent to finish or return what it holds and to leave; returns how it is then, at once, or null when there is no such agent.</summary>
    public Task<AgentMember?> DrainAsync(AgentId agent, string reason)
    {
        var asked = new TaskCompletionSource<AgentMember?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            var member = _cluster.Drain(agent, reason);
            Publish();
            asked.SetResult(member);
        });
        return OrLoopEnd(asked.Task);
    }

    /// <summary>Runs one round to its close. A cancellation closes it early, what has no result by then is unknown; or it leaves the round open, as the options say.</summary>
    /// <exception cref="StoreException">The store cannot take the round.</exception>
    /// <exception cref="OperationCanceledException">The loop ended before the round, or the round was left open.</exception>
    public async Task<RoundOutcome> RunRoundAsync(RoundOrder order, CancellationToken cancellationToken)
    {
        var round = await Task.Run(() => ActiveRound.Open(_store, order, _time), CancellationToken.None);
        // Before the first lease goes out, so that no batch of the round can come before it.
        _briefings[round.Briefing.Id] = round.Briefing;
        return await RunRoundAsync(round, cancellationToken);
    }

    /// <summary>
    /// Announces a round of a former coordinator, which goes on with <see cref="RunRoundAsync(ActiveRound, CancellationToken)"/>. Called before any agent is heard:
    /// leases and batches of rounds that are not known here are revoked and forgotten.
    /// </summary>
    public void ExpectRound(ActiveRound round)
    {
        _briefings[round.Briefing.Id] = round.Briefing;
        Post(() =>
        {
            _cluster.ExpectRound(round);
            Publish();
        });
    }

    /// <summary>Runs an expected round to its close, as a new one.</summary>
    public async Task<RoundOutcome> RunRoundAsync(ActiveRound round, CancellationToken cancellationToken)
    {
        var id = round.Briefing.Id;
        try
        {
            Post(() =>
            {
                _cluster.BeginRound(round);
                Publish();
            });
            await using var cancel = cancellationToken.Register(() => Post(() => _cluster.CancelRound(id)));
            return await OrLoopEnd(round.Finished.Task);
        }
        finally
        {
            // What still comes of a round that stays open is no batch of an unknown one.
            if (!round.IsSuspended)
            {
                _briefings.TryRemove(id, out _);
            }
        }
    }

    /// <summary>Until so many agents are connected.</summary>
    public Task WaitForAgentsAsync(int agents, CancellationToken cancellationToken) =>
        WaitUntilAsync(membership => membership.Agents.Count(agent => agent.Status == AgentStatus.Connected) >= agents, cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var timer = _time.CreateTimer(_ => PostTick(), null, _options.TickInterval, _options.TickInterval);
        await using var stop = stoppingToken.Register(_mailbox.Stop);
        _commits.Start();
        await await Task.WhenAny(_mailbox.RunAsync(), _commits.Completion);
        await _commits.StopAsync();
    }

    private void Post(Action action) => _mailbox.Post(action);

    private Task<bool> WaitUntilAsync(Func<MembershipSnapshot, bool> condition, CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            _waiting.Add((condition, reached));
            Publish();
        });
        return OrLoopEnd(reached.Task).WaitAsync(cancellationToken);
    }

    // A loop that has ended, by its stop or by a defect, answers nobody: who waits must not wait for ever.
    private async Task<T> OrLoopEnd<T>(Task<T> answer)
    {
        if (ExecuteTask is not { } loop || await Task.WhenAny(answer, loop) == answer)
        {
            return await answer;
        }

        await loop;
        throw new OperationCanceledException("the coordinator is stopping");
    }

    // A tick that had to wait is as old as what waits behind it: nobody is taken for silent because the loop was busy.
    private void PostTick()
    {
        var now = _time.GetTimestamp();
        Post(() =>
        {
            _cluster.Tick(now);
            Publish();
        });
    }

    private void Publish()
    {
        Membership = _cluster.Roster.Snapshot(++_version);
        Progress = [.. _cluster.Rounds.Select(round => round.Progress())];
        foreach (var (_, reached) in _waiting.Where(wait => wait.Condition(Membership)))
        {
            reached.TrySetResult(true);
        }

        _waiting.RemoveAll(wait => wait.Reached.Task.IsCompleted);
    }
}
