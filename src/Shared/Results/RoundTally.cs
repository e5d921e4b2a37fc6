namespace FpingCluster.Shared.Results;

/// <summary>Adds up the shards of a round, each once, into its summary. Used by one thread at a time.</summary>
public sealed class RoundTally
{
    private readonly RttHistogram _rtts = new();
    private readonly Dictionary<(string Name, string Engine), AgentShare> _agents = [];
    private long _duplicates;
    private long _localDrops;

    public int Up { get; private set; }

    public int Down { get; private set; }

    public int Unknown { get; private set; }

    public long Sent { get; private set; }

    public long Received { get; private set; }

    public int Targets => Up + Down + Unknown;

    public void Add(ShardResult result, string agent, string engine)
    {
        var (sent, received) = (0L, 0L);
        for (var target = 0; target < result.TargetCount; target++)
        {
            sent += result.Sent[target];
            received += result.Received[target];
            CountState(result.StateOf(target));
        }

        foreach (var rtt in result.RttsUs)
        {
            if (rtt > 0)
            {
                _rtts.Add(rtt);
            }
        }

        Sent += sent;
        Received += received;
        _localDrops += result.LocalDrops;
        _duplicates += result.Reasons.Sum(reason => reason.Kind == ReasonKind.Duplicate ? (long)reason.Detail : 0);
        AddShare(agent, engine, result.TargetCount, sent, received);
    }

    /// <summary>Adds another round: its targets, pings, RTTs and agents.</summary>
    public void Add(RoundTally other)
    {
        (Up, Down, Unknown) = (Up + other.Up, Down + other.Down, Unknown + other.Unknown);
        (Sent, Received) = (Sent + other.Sent, Received + other.Received);
        (_duplicates, _localDrops) = (_duplicates + other._duplicates, _localDrops + other._localDrops);
        _rtts.Add(other._rtts);
        foreach (var share in other._agents.Values)
        {
            AddShare(share.Name, share.Engine, share.Targets, share.Sent, share.Received);
        }
    }

    /// <summary>Targets nobody has a result for: not probed by the deadline, or a name without an address.</summary>
    public void CountUnknown(int targets) => Unknown += targets;

    public RoundSummary Summarize(TimeSpan duration) => new()
    {
        Targets = Targets,
        Up = Up,
        Down = Down,
        Unknown = Unknown,
        Sent = Sent,
        Received = Received,
        Duplicates = _duplicates,
        LocalDrops = _localDrops,
        Duration = duration,
        Rtt = _rtts.Summarize(),
        Agents = [.. _agents.Values.OrderBy(share => share.Name, StringComparer.Ordinal).ThenBy(share => share.Engine, StringComparer.Ordinal)],
    };

    private void CountState(TargetState state)
    {
        switch (state)
        {
            case TargetState.Up:
                Up++;
                break;
            case TargetState.Down:
                Down++;
                break;
            default:
                Unknown++;
                break;
        }
    }

    private void AddShare(string agent, string engine, int targets, long sent, long received)
    {
        var share = _agents.GetValueOrDefault((agent, engine)) ?? new AgentShare(agent, engine, 0, 0, 0);
        _agents[(agent, engine)] = share with
        {
            Targets = share.Targets + targets,
            Sent = share.Sent + sent,
            Received = share.Received + received,
        };
    }
}
