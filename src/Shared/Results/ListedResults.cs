using System.Runtime.CompilerServices;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Shared.Results;

/// <summary>
/// Puts the results of shards, which come in any order, back into the order of the target list. Every target of the list has one row:
/// without a result it is unknown, and host names without an address stand at the end. Used by one thread at a time.
/// </summary>
public sealed class ListedResults(TargetList list)
{
    private const int NoResult = -1;

    private static readonly TargetReason[] NotProbed = [new(0, ReasonKind.NotProbed)];
    private static readonly TargetReason[] NameNotResolved = [new(0, ReasonKind.NameNotResolved)];

    private readonly List<(ShardResult Result, string Agent)> _shards = [];
    private readonly int[] _shardOf = NewColumn(list.Count);
    private readonly int[] _placeInShard = new int[list.Count];
    private readonly int[] _firstRtt = new int[list.Count];
    private int _listed;

    /// <summary>Targets without a result so far, host names without an address included.</summary>
    public int Missing => list.Count - _listed + list.Unresolved.Count;

    /// <param name="targets">The list's index of each target of the shard.</param>
    /// <exception cref="ArgumentException">The shard does not fit the result, or one of its targets has a result already; nothing is added then.</exception>
    public void Add(ReadOnlySpan<int> targets, ShardResult result, string agent)
    {
        if (targets.Length != result.TargetCount)
        {
            throw new ArgumentException($"a result of {result.TargetCount} targets for a shard of {targets.Length}", nameof(result));
        }

        foreach (var target in targets)
        {
            if (_shardOf[target] != NoResult)
            {
                throw new ArgumentException($"target {target} of {list.Source} has a result already", nameof(targets));
            }
        }

        var firstRtt = 0;
        for (var place = 0; place < targets.Length; place++)
        {
            var target = targets[place];
            (_shardOf[target], _placeInShard[target], _firstRtt[target]) = (_shards.Count, place, firstRtt);
            firstRtt += result.Sent[place];
        }

        _shards.Add((result, agent));
        _listed += targets.Length;
    }

    /// <param name="closedAt">The time that rows without a result bear.</param>
    public void WriteTo(IResultWriter writer, DateTimeOffset closedAt)
    {
        writer.Begin();
        new RowPieces(writer, (part, first, count) => Write(part, Listed(first, count, closedAt))).Write(list.Count);
        Write(writer, Unresolved(closedAt));
        writer.Finish();
    }

    /// <summary>The rows in list order; one object is filled again and again.</summary>
    public IEnumerable<ResultRow> Rows(DateTimeOffset closedAt) => Listed(0, list.Count, closedAt).Concat(Unresolved(closedAt));

    private static void Write(IResultWriter writer, IEnumerable<ResultRow> rows)
    {
        foreach (var row in rows)
        {
            writer.Write(row);
        }
    }

    private IEnumerable<ResultRow> Listed(int first, int count, DateTimeOffset closedAt)
    {
        var row = new ResultRow();
        var labels = new KeyValuePair<string, string>[list.LabelNames.Count];
        row.Labels = labels;
        for (var target = first; target < first + count; target++)
        {
            row.Address = list.Addresses[target];
            row.Name = list.NameOf(target);
            for (var label = 0; label < labels.Length; label++)
            {
                labels[label] = KeyValuePair.Create(list.LabelNames[label], list.LabelOf(target, label));
            }

            Fill(row, target, closedAt);
            yield return row;
        }
    }

    private IEnumerable<ResultRow> Unresolved(DateTimeOffset closedAt)
    {
        var row = new ResultRow();
        foreach (var unresolved in list.Unresolved)
        {
            row.Labels = [.. list.LabelNames.Zip(unresolved.Labels, KeyValuePair.Create)];
            (row.Address, row.HostName, row.Name) = (default, unresolved.HostName, unresolved.Name);
            FillUnknown(row, ReasonKind.NameNotResolved, closedAt);
            yield return row;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fill(ResultRow row, int target, DateTimeOffset closedAt)
    {
        if (_shardOf[target] == NoResult)
        {
            FillUnknown(row, ReasonKind.NotProbed, closedAt);
            return;
        }

        var (result, agent) = _shards[_shardOf[target]];
        var place = _placeInShard[target];
        row.Time = result.FinishedAt;
        row.Sent = result.Sent[place];
        row.Received = result.Received[place];
        row.RttsUs = result.RttsUs.AsMemory(_firstRtt[target], result.Sent[place]);
        row.State = result.StateOf(place);
        row.Reasons = ReasonsOf(result, place);
        row.Agent = agent;
    }

    private static void FillUnknown(ResultRow row, ReasonKind kind, DateTimeOffset closedAt)
    {
        row.Time = closedAt;
        row.Sent = 0;
        row.Received = 0;
        row.RttsUs = default;
        row.State = TargetState.Unknown;
        row.Reasons = kind == ReasonKind.NotProbed ? NotProbed : NameNotResolved;
        row.Agent = "";
    }

    /// <summary>Reasons are sparse and sorted by target, so those of one are found by bisection.</summary>
    private static TargetReason[] ReasonsOf(ShardResult result, int place)
    {
        var first = FirstReasonAt(result.Reasons, place);
        var end = first;
        while (end < result.Reasons.Length && result.Reasons[end].Target == place)
        {
            end++;
        }

        return result.Reasons[first..end];
    }

    private static int FirstReasonAt(TargetReason[] reasons, int place)
    {
        var (low, high) = (0, reasons.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = reasons[middle].Target < place ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static int[] NewColumn(int length)
    {
        var column = new int[length];
        column.AsSpan().Fill(NoResult);
        return column;
    }
}
