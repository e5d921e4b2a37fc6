using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Cli;

/// <summary>
/// Writes an invented round to nowhere while the engine awaits its first replies. What the end needs is compiled by then: otherwise the compiler alone
/// takes half of the 100 ms within which an interrupted run has to write its rows and end.
/// </summary>
internal static class Rehearsal
{
    public static Task RunAsync(ResultFormat format, TimeProvider time) => Task.Run(() => Rehearse(format, time.GetUtcNow()));

    private static void Rehearse(ResultFormat format, DateTimeOffset now)
    {
        var list = TargetList.FromAddresses([TargetAddress.FromIPv4(1), TargetAddress.FromIPv4(2), TargetAddress.FromIPv4(3)]);
        var result = new ShardResult
        {
            FinishedAt = now,
            Sent = [2, 0],
            Received = [1, 0],
            RttsUs = [1, 0],
            Reasons = [new TargetReason(1, ReasonKind.EngineFailed)],
        };
        var tally = new RoundTally();
        tally.Add(result, "", "");
        tally.CountUnknown(1);
        var listed = new ListedResults(list);
        listed.Add([0, 1], result, "");

        using var writer = ResultWriters.Create(format, Stream.Null);
        listed.WriteTo(writer, now);
        var summary = tally.Summarize(TimeSpan.FromSeconds(1));
        SummaryText.Of(summary);
        SummaryJson.ToUtf8(summary);
    }
}
