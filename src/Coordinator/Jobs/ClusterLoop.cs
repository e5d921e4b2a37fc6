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
    private readonly List<(int Agents, TaskCompletionSource Reached)> _waiting = [];
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

    /// <summary>What hinders the store from keeping results; null when nothing does.</summary>
    public string? StoreTrouble => _commits.Trouble;

    /// <summary>A running round, for sessions that check a batch before it is merged.</summary>
    public RoundBriefing? FindRound(RoundId round) => _briefings.GetValueOrDefault(round);

    public void AgentJoined(AgentIntroduction introduction, IAgentLink link) =>
        Post(() =>
        {
            _cluster.AgentJoined(introduction, link);
            Publish();
        });

    public void AgentHeard(AgentId agent, IAgentLink link, AgentLoad? load) => Post(() => _cluster.AgentHeard(agent, link, load));

    public void AgentLeft(AgentId agent, IAgentLink link, string why) =>
        Post(() =>
        {
            _cluster.AgentLeft(agent, link, why);
            Publish();
        });

    public void LeasesReturned(AgentId agent, IAgentLink link, IReadOnlyList<LeaseKey> leases, LeaseReturnReason reason, string detail) =>
        Post(() => _cluster.LeasesReturned(agent, link, leases, reason, detail));

    public void BatchArrived(AgentId agent, IAgentLink link, ulong sequence, StoredBatch batch, ShardResult? result) =>
        Post(() => _cluster.BatchArrived(agent, link, sequence, batch, result));

    /// <summary>Asks every agent to finish or return what it holds and to leave.</summary>
    public void DrainAll(string reason) => Post(() => _cluster.DrainAll(reason));

    /// <summary>Runs one round to its close. A cancellation closes it early: what has no result by then is unknown.</summary>
    /// <exception cref="StoreException">The store cannot take the round.</exception>
    /// <exception cref="OperationCanceledException">The loop ended before the round.</exception>
    public async Task<RoundOutcome> RunRoundAsync(RoundOrder order, CancellationToken cancellationToken)
    {
        var round = await Task.Run(() => ActiveRound.Open(_store, order, _time), CancellationToken.None);
        var id = round.Briefing.Id;
        // Before the first lease goes out, so that no batch of the round can come before it.
        _briefings[id] = round.Briefing;
        try
        {
            Post(() =>
            {
                _cluster.BeginRound(round);
                Publish();
            });
            await using var cancel = cancellationToken.Register(() => Post(() => _cluster.CancelRound(id)));
            await Task.WhenAny(round.Finished.Task, _mailbox.Ended);
            return round.Finished.Task.IsCompleted ? await round.Finished.Task : throw new OperationCanceledException("the coordinator stopped before its round was over");
        }
        finally
        {
            _briefings.TryRemove(id, out _);
        }
    }

    /// <summary>Until so many agents are connected.</summary>
    public Task WaitForAgentsAsync(int agents, CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            _waiting.Add((agents, reached));
            Publish();
        });
        return reached.Task.WaitAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var timer = _time.CreateTimer(_ => PostTick(), null, _options.TickInterval, _options.TickInterval);
        await using var stop = stoppingToken.Register(_mailbox.Stop);
        _commits.Start();
        await await Task.WhenAny(_mailbox.RunAsync(), _commits.Completion);
        await _commits.StopAsync();
    }

    private void Post(Action action) => _mailbox.Post(action);

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
        var connected = Membership.Agents.Count(agent => agent.Status == AgentStatus.Connected);
        foreach (var (_, reached) in _waiting.Where(wait => connected >= wait.Agents))
        {
            reached.TrySetResult();
        }

        _waiting.RemoveAll(wait => wait.Reached.Task.IsCompleted);
    }
}
