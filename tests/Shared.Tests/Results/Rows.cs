using System.Text;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Shared.Tests.Results;

/// <summary>Rows for the tests of the writers.</summary>
internal static class Rows
{
    public static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    public static ResultRow Row(string address, params uint[] rttsUs)
    {
        var received = rttsUs.Count(rtt => rtt > 0);
        return new ResultRow
        {
            Time = Time,
            Address = TargetAddress.Parse(address),
            Sent = rttsUs.Length,
            Received = received,
            RttsUs = rttsUs,
            State = received > 0 ? TargetState.Up : rttsUs.Length > 0 ? TargetState.Down : TargetState.Unknown,
            Agent = rttsUs.Length > 0 ? "vm-1" : "",
        };
    }

    public static ResultRow Unresolved(string hostName) =>
        new() { Time = Time, HostName = hostName, Reasons = [new TargetReason(0, ReasonKind.NameNotResolved)] };

    public static string[] LinesOf(ResultFormat format, params ResultRow[] rows) => TextOf(format, rows).TrimEnd('\n').Split('\n');

    public static string TextOf(ResultFormat format, params ResultRow[] rows)
    {
        var stream = new MemoryStream();
        using var writer = ResultWriters.Create(format, stream);
        writer.Begin();
        foreach (var row in rows)
        {
            writer.Write(row);
        }

        writer.Finish();
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
