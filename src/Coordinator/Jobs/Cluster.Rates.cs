using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Targets;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Jobs;

// Who may send how much. The sum of what agents may be sending is never above the limit: what one is to get is first taken from those who have it, and is there when they
// have said that they keep to less, or can be sending no more.
internal sealed partial class Cluster
{
    private readonly AbsentShares _absent = Absent(store, options, time, logger);

    // Above those of former coordinators, so that no agent confirms one of this with one of theirs.
    private ulong _budgetSerial = (ulong)store.Generation << 32;

    // The lowest of the operator's limit and what the running rounds' prefix limits allow; null: none.
    private int? Limit => _rounds.Values.Select(round => round.Order.RateCap).Append(options.Rate).Min();

    private static AbsentShares Absent(IResultStore store, ClusterOptions options, TimeProvider time, ILogger logger)
    {
        // Half of the term again: what was begun before it ran out is over by then.
        var absent = new AbsentShares(time, 1.5 * options.BudgetTerm);
        if (store.ReadUnfinishedRounds().Count > 0)
        {
            absent.ExpectFormer();
            if (options.Rate is { } rate)
            {
                Log.FormerShares(logger, rate, 1.5 * options.BudgetTerm.TotalSeconds);
            }
        }

        return absent;
    }

    private void DivideRate()
    {
        var agents = _roster.Agents;
        var whole = Limit;
        int? here = whole is { } limit ? (int)(limit - _absent.SumOf(limit)) : null;
        var shares = agents.Zip(RateShares.Divide(here, [.. agents.Select(Capacity)])).ToList();
        foreach (var (agent, share) in shares.Where(pair => pair.Second < pair.First.Budget.Told || (pair.Second == 0 && !pair.First.Budget.IsTold)))
        {
            Tell(agent, share, whole);
            if (share == 0 && agent.Link is not null)
            {
                ReleaseLeases(agent);
            }
        }

        var free = (here ?? long.MaxValue) - agents.Sum(agent => (long)agent.Budget.Held);
        foreach (var (agent, share) in shares)
        {
            var held = agent.Budget.Held;
            var budget = whole is null ? share : (int)Math.Min(share, Math.Max(agent.Budget.Told, held + Math.Max(0, free)));
            free -= Math.Max(0, budget - held);
            if (budget > agent.Budget.Told || (budget > 0 && (whole is null == agent.Budget.RunsOut || PartOfPrefix(budget, whole) != agent.Budget.PerPrefix)))
            {
                Tell(agent, budget, whole);
            }
        }

        foreach (var round in _rounds.Values.Where(round => !round.IsClosing))
        {
            Seat(round);
        }
    }

    private PrefixRate? PartOfPrefix(int budget, int? whole) => budget > 0 && whole is { } rate ? options.PerPrefix?.PartOf(budget, rate) : null;

    // One between two sessions cannot be told: it keeps what it has.
    private void Tell(AgentConnection agent, int budget, int? whole)
    {
        if (agent.Link is null)
        {
            return;
        }

        agent.Budget.Tell(++_budgetSerial, budget, PartOfPrefix(budget, whole), runsOut: whole is not null);
        TellAgain(agent);
        if (!agent.Introduction.ConfirmsBudgets)
        {
            agent.Budget.Confirm(_budgetSerial);
        }
    }

    private void TellAgain(AgentConnection agent)
    {
        var budget = agent.Budget;
        agent.Link?.SetBudget(budget.Serial, budget.Told, budget.PerPrefix, budget.RunsOut ? options.BudgetTerm : TimeSpan.Zero, agent.ClockMs);
    }

    // An agent that may send nothing would keep what it has begun for ever.
    private void ReleaseLeases(AgentConnection agent)
    {
        foreach (var round in _rounds.Values.Where(round => round.Leases.Leave(agent.Introduction.Id).Count > 0))
        {
            agent.Link?.Revoke(round.Briefing.Id, [], cancel: true);
        }
    }

    private void KeepBudget(AgentConnection agent, AgentLoad load)
    {
        agent.ClockMs = load.ClockMs;
        agent.Budget.Confirm(load.BudgetSerial);
        if (agent.Budget.RunsOut)
        {
            TellAgain(agent);
        }
    }

    // Who may take shards of a round, and who not any more. Whoever is between two sessions stays what it was.
    private void Seat(ActiveRound round)
    {
        foreach (var agent in _roster.Agents.Where(agent => agent.Link is not null))
        {
            if (agent.TakesShards && round.MayProbe(agent.Introduction))
            {
                round.Leases.Join(Weigh(agent));
            }
            else
            {
                round.Leases.Retire(agent.Introduction.Id);
            }
        }
    }
}
