using FpingCluster.Shared.Targets;

namespace FpingCluster.TestKit.Truth;

/// <summary>What happened at one target up to now, both in the order of time.</summary>
public sealed record TargetTruth(TargetAddress Address, IReadOnlyList<TruthRequest> Requests, IReadOnlyList<TruthAnswer> Answers)
{
    /// <summary>The ICMP payload of the first request; empty before.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The nanoseconds from each request to the next.</summary>
    public IReadOnlyList<long> Gaps => [.. Requests.Zip(Requests.Skip(1), (earlier, later) => later.AtNs - earlier.AtNs)];

    /// <summary>The pings with a true reply within a timeout, and the least RTT that may be reported for each, in nanoseconds.</summary>
    public IReadOnlyDictionary<int, long> RepliesWithin(TimeSpan timeout) => Answers
        .Where(answer => answer.Kind == AnswerKind.Reply && answer.DelayNs <= timeout.TotalNanoseconds)
        .GroupBy(answer => answer.Ping)
        .ToDictionary(replies => replies.Key, replies => replies.Min(reply => reply.DelayNs));

    /// <summary>The pings without a true reply within a timeout.</summary>
    public IReadOnlyList<int> LostWithin(TimeSpan timeout)
    {
        var replies = RepliesWithin(timeout);
        return [.. Requests.Select(request => request.Ping).Where(ping => !replies.ContainsKey(ping))];
    }
}
