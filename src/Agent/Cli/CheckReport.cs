using System.Text;
using System.Text.Json;
using FpingCluster.Agent.Diagnostics;

namespace FpingCluster.Agent.Cli;

/// <summary>What <c>fping-agent check</c> found; also its JSON object.</summary>
/// <param name="Engine">The best that works; null: none.</param>
internal sealed record CheckReport(bool Works, string? Engine, IReadOnlyList<Finding> Findings, RateMeasurement? Measured)
{
    public void Write(PingConsole console, bool json)
    {
        console.Output.Write(json ? JsonSerializer.SerializeToUtf8Bytes(this, CheckJsonContext.Default.CheckReport) : Encoding.UTF8.GetBytes(Table(console.HasColour)));
        console.Output.WriteByte((byte)'\n');
        console.Output.Flush();
    }

    /// <summary>A line for each finding, and one below it for the remedy.</summary>
    private string Table(bool colour)
    {
        var width = Findings.Max(finding => finding.What.Length) + 2;
        var verdictWidth = Findings.Max(finding => Word(finding.Verdict).Length) + 2;
        var lines = new List<string>();
        foreach (var finding in Findings)
        {
            var word = Word(finding.Verdict).PadRight(verdictWidth);
            lines.Add($"{finding.What.PadRight(width)}{(colour ? $"{Paint(finding.Verdict)}{word}\e[0m" : word)}{finding.Value}");
            if (finding.Remedy is { } remedy)
            {
                lines.Add($"{new string(' ', width + verdictWidth)}-> {remedy.Replace("\n", "\n" + new string(' ', width + verdictWidth + 3), StringComparison.Ordinal)}");
            }
        }

        lines.Add("");
        lines.Add(Works ? $"engine {Engine} works on this host" : "no engine works on this host");
        return string.Join('\n', lines);
    }

    private static string Word(Verdict verdict) => verdict switch { Verdict.Ok => "ok", Verdict.Limits => "limits you", _ => "missing" };

    private static string Paint(Verdict verdict) => verdict switch { Verdict.Ok => "\e[32m", Verdict.Limits => "\e[33m", _ => "\e[31m" };
}
