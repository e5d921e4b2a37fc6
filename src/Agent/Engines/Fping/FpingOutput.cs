using FpingCluster.Shared.Results;

namespace FpingCluster.Agent.Engines.Fping;

/// <summary>What one fping process said of its targets, by their index in the bucket. Written by the parser, read after it.</summary>
internal sealed class FpingOutput(int targets, int count)
{
    /// <summary>Lines that nobody understands are kept for the message, but not thousands of them.</summary>
    private const int StrangeLinesKept = 3;

    private readonly uint[] _rttsUs = new uint[targets * count];
    private readonly bool[] _reported = new bool[targets];
    private readonly List<TargetReason> _reasons = [];
    private readonly List<string> _strangeLines = [];

    public int Reported { get; private set; }

    public IReadOnlyList<string> StrangeLines => _strangeLines;

    public IReadOnlyList<TargetReason> Reasons => _reasons;

    public bool IsReported(int target) => _reported[target];

    /// <summary>One RTT for each ping in microseconds; 0 = lost.</summary>
    public Span<uint> RttsUs(int target) => _rttsUs.AsSpan(target * count, count);

    public void Report(int target, ReadOnlySpan<uint> rttsUs)
    {
        rttsUs.CopyTo(RttsUs(target));
        _reported[target] = true;
        Reported++;
    }

    /// <summary>A reason said again is counted where it counts (duplicates), else ignored.</summary>
    public void Because(TargetReason reason)
    {
        var known = _reasons.FindIndex(other => other.Target == reason.Target && other.Kind == reason.Kind);
        if (known < 0)
        {
            _reasons.Add(reason);
        }
        else if (reason.Kind == ReasonKind.Duplicate)
        {
            _reasons[known] = reason with { Detail = _reasons[known].Detail + reason.Detail };
        }
    }

    public void Strange(string line)
    {
        if (_strangeLines.Count < StrangeLinesKept)
        {
            _strangeLines.Add(line);
        }
    }
}
