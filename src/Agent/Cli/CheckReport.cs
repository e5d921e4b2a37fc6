using System.Text;
using System.Text.Json;
using FpingCluster.Agent.Diagnostics;

namespace FpingCluster.Agent.Cli;

/// <summary>What <c>fping-agent check</c> found; also its JSON object.</summary>
/// <param name="Engine">The best that works; null: none.</param>
/// <param name="SafeRate">Pings per second on loopback that the raw engine bears without sending any again; null: it does not work here.</param>
internal sealed record CheckReport(bool Works, string? Engine, IReadOnlyList<Finding> Findings, RateMeasurement? Measured, int? SafeRate = null)
{
    public void Write(PingConsole console, bool json)
    {
        var text = json ? JsonSerializer.Serialize(this, CheckJsonContext.Default.CheckReport) : Table(console.HasColour);
        console.Output.Write(Encoding.UTF8.GetBytes(text + "\n"));
        console.Output.Flush();
    }

    /// <summary>A line for each finding, and one below it for the remedy.</summary>
    private string Table(bool colour)
    {
        var width = Findings.Max(finding => finding.What.Length) + 2;
        var verdictWidth = Word(Verdict.Limits).Length + 2;
        var indent = new string(' ', width + verdictWidth);
        var lines = new List<string>();
        foreach (var finding in Findings)
        {
            var word = Word(finding.Verdict).PadRight(verdictWidth);
            lines.Add($"{finding.What.PadRight(width)}{(colour ? $"{Paint(finding.Verdict)}{word}\e[0m" : word)}{finding.Value}");
            if (finding.Remedy is { } remedy)
            {
                lines.Add($"{indent}-> {remedy.Replace("\n", $"\n{indent}   ", StringComparison.Ordinal)}");
            }
        }

        lines.Add("");
        lines.Add(Works ? $"engine {Engine} works on this host" : "no engine works on this host");
        return string.Join('\n', lines);
    }

    private static string Word(Verdict verdict) => verdict switch { Verdict.Ok => "ok", Verdict.Limits => "limits you", _ => "missing" };

    private static string Paint(Verdict verdict) => verdict switch { Verdict.Ok => "\e[32m", Verdict.Limits => "\e[33m", _ => "\e[31m" };
}
