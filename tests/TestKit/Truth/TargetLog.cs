using FpingCluster.Shared.Targets;

namespace FpingCluster.TestKit.Truth;

/// <summary>A target's rule and what happened so far. Written by the network's thread, read by any.</summary>
internal sealed class TargetLog(TargetAddress address, TargetRule rule)
{
    private readonly Lock _gate = new();
    private readonly List<TruthRequest> _requests = [];
    private readonly List<TruthAnswer> _answers = [];
    private byte[] _payload = [];

    /// <returns>The ping's number.</returns>
    public int Requested(ushort id, ushort sequence, ReadOnlySpan<byte> payload, long atNs)
    {
        lock (_gate)
        {
            var ping = _requests.Count;
            _payload = ping == 0 ? payload.ToArray() : _payload;
            _requests.Add(new TruthRequest(ping, id, sequence, atNs));
            return ping;
        }
    }

    public IReadOnlyList<Answer> AnswersTo(int ping) => rule.AnswersTo(ping);

    public void Answered(TruthAnswer answer)
    {
        lock (_gate)
        {
            _answers.Add(answer);
        }
    }

    public TargetTruth Snapshot()
    {
        lock (_gate)
        {
            return new TargetTruth(address, [.. _requests], [.. _answers]) { Payload = _payload };
        }
    }
}
