namespace FpingCluster.Benchmarks.Accuracy;

/// <summary>What an engine reported, compared ping by ping with what happened.</summary>
internal sealed class AccuracyRun
{
    private readonly List<double> _errorsUs = [];
    private bool _isSorted;

    /// <summary>Pings; those of targets that this host had to ping again are left out.</summary>
    public long Compared { get; set; }

    /// <summary>Reported lost, although the answer came in time.</summary>
    public long FalseLosses { get; set; }

    /// <summary>Reported answered, although no answer came in time.</summary>
    public long FalseAnswers { get; set; }

    /// <summary>Targets with another reason than what happened to them.</summary>
    public long WrongReasons { get; set; }

    /// <param name="us">How far the reported RTT is from the true one, whichever is longer.</param>
    public void AddError(double us)
    {
        _errorsUs.Add(us);
        _isSorted = false;
    }

    public void Add(AccuracyRun other)
    {
        Compared += other.Compared;
        FalseLosses += other.FalseLosses;
        FalseAnswers += other.FalseAnswers;
        WrongReasons += other.WrongReasons;
        _errorsUs.AddRange(other._errorsUs);
        _isSorted = false;
    }

    /// <param name="part">0.99 for the 99th percentile, 1 for the largest.</param>
    public double ErrorUs(double part)
    {
        if (!_isSorted)
        {
            _errorsUs.Sort();
            _isSorted = true;
        }

        return _errorsUs.Count == 0 ? 0 : _errorsUs[Math.Clamp((int)Math.Ceiling(_errorsUs.Count * part) - 1, 0, _errorsUs.Count - 1)];
    }
}
