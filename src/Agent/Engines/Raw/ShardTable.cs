using FpingCluster.Agent.Assignments;
using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Engines.Raw;

/// <summary>The shards of a lane by their place, which pings name instead of an object.</summary>
internal sealed class ShardTable
{
    private readonly Dictionary<(bool, int, string?), EchoTemplate> _templates = [];
    private readonly List<RawShard?> _shards = [];
    private readonly Stack<int> _free = [];
    private readonly Queue<int> _unopened = [];

    /// <summary>Some target has had no ping yet.</summary>
    public bool HasUnopened => _unopened.Count > 0;

    public RawShard this[int place] => _shards[place]!;

    public int Add(ShardAssignment assignment)
    {
        var shard = new RawShard(assignment, TemplateOf(ipv4: true, assignment.Probe), TemplateOf(ipv4: false, assignment.Probe));
        if (!_free.TryPop(out var place))
        {
            place = _shards.Count;
            _shards.Add(null);
        }

        _shards[place] = shard;
        if (!shard.IsOpened)
        {
            _unopened.Enqueue(place);
        }

        return place;
    }

    /// <summary>The first ping of the next target that has had none.</summary>
    public bool TryOpen(out Due due)
    {
        due = default;
        if (!_unopened.TryPeek(out var place))
        {
            return false;
        }

        due = new Due(place, this[place].Open(), 0, 0);
        if (this[place].IsOpened)
        {
            _unopened.Dequeue();
        }

        return true;
    }

    /// <summary>Only when nothing names the place any more.</summary>
    public void Remove(int place)
    {
        _shards[place] = null;
        _free.Push(place);
    }

    private EchoTemplate TemplateOf(bool ipv4, Probe probe)
    {
        if (!_templates.TryGetValue((ipv4, probe.Size, probe.Text), out var template))
        {
            template = new EchoTemplate(ipv4, probe.Size, probe.Text);
            _templates.Add((ipv4, probe.Size, probe.Text), template);
        }

        return template;
    }
}
