namespace FpingCluster.Benchmarks.Reporting;

/// <summary>What a benchmark found: one table, and what it takes to judge it.</summary>
/// <param name="Work">What was done, in a sentence.</param>
/// <param name="Machine">Where, and how busy it was with other things.</param>
internal sealed record Report(string Name, string Work, string Command, string Machine, Table Table)
{
    public bool HasFailed => Table.Rows.Any(row => row.Any(cell => cell.StartsWith(Verdict.Fail, StringComparison.Ordinal)));

    public string ToText() => string.Join('\n', $"{Name}: {Work}", Machine, "", Table.ToText());

    public string ToMarkdown() => string.Join('\n', $"## {Name}", "", Work, "", "```", Command, "```", "", Table.ToMarkdown(), Machine, "");
}
