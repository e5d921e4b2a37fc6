using FpingCluster.Shared.Results;

namespace FpingCluster.Benchmarks.Engines;

/// <summary>One case, run once.</summary>
/// <param name="Answered">Pings with an answer.</param>
/// <param name="Seconds">From the first ping to the last answer, without the program's start and without waiting for what does not come.</param>
/// <param name="Unknown">Targets that were not measured.</param>
/// <param name="Rtt">Null: the program does not tell.</param>
/// <param name="Cpu">Of the program and its children, with what the kernel does on their behalf.</param>
/// <param name="PeakBytes">Of the program alone; 0: not known.</param>
internal sealed record EngineRun(
    long Sent, long Answered, double Seconds, long Unknown, long SentAgain, RttSummary? Rtt, TimeSpan Cpu, long PeakBytes, double OthersPercent)
{
    public double AnsweredPerSecond => Answered / Seconds;

    public double CpuSecondsPerMillion => Cpu.TotalSeconds / Sent * 1e6;
}
