using FpingCluster.Coordinator.Membership;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Protocol;

namespace FpingCluster.Coordinator.Jobs;

/// <summary>Why no agent may probe a job, however long it takes: none has its engine and its labels.</summary>
internal static class ProbeHindrance
{
    private const int NamedAgents = 5;

    /// <summary>What the job asks for, what the agents offer and what to do; null when an agent may probe it.</summary>
    public static string? Of(Job job, IEnumerable<AgentIntroduction> agents)
    {
        var all = agents.ToList();
        if (all.Exists(job.MayBeProbedBy))
        {
            return null;
        }

        if (all.Count == 0)
        {
            return $"job '{job.Name}' cannot be probed: no agent is connected; start one with 'fping-agent run --coordinator URL'";
        }

        var offers = all.Take(NamedAgents).Select(agent => Offer(agent, job.Probe)).Concat(all.Count > NamedAgents ? [$"and {all.Count - NamedAgents} more"] : []);
        return $"job '{job.Name}' cannot be probed: it asks for {Demand(job)}, and {string.Join(", ", offers)}; " +
            $"start an agent that has {(job.Where.Count > 0 ? "both" : "it")}, or change the job's {(job.Where.Count > 0 ? "probe.engine or where" : "probe.engine")}";
    }

    private static string Demand(Job job)
    {
        var engine = job.Probe switch
        {
            { Text: not null, Engine: EngineKind.Auto } => "a text (probe.text), which the raw engine alone can send",
            { Engine: EngineKind.Auto } => "engine auto (any but simulated)",
            var probe => $"engine {Word(probe.Engine)}",
        };
        return job.Where.Count > 0 ? $"{engine} where {Labels(job.Where)}" : engine;
    }

    private static string Offer(AgentIntroduction agent, Probe probe)
    {
        if (probe.Text is not null && !agent.SendsTexts)
        {
            return $"agent {agent.Name} is of version {agent.Version}, which knows no text";
        }

        var engines = agent.Engines.Count > 0 ? string.Join(" and ", agent.Engines.Select(Word)) : "no engine";
        return $"agent {agent.Name} offers {engines}{(agent.Labels.Count > 0 ? $" where {Labels(agent.Labels)}" : " without labels")}";
    }

    private static string Labels(IReadOnlyDictionary<string, string> labels) => string.Join(" and ", labels.Select(label => $"{label.Key}={label.Value}"));

    private static string Word(EngineKind engine) => EngineCodec.ToWord(engine);
}
