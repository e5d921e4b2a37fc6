namespace FpingCluster.TestKit.Lab;

internal static class LabScript
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static string Path { get; } = Repository.File("tests/lab.sh");

    /// <param name="takes">How long what it is asked for takes by itself.</param>
    /// <returns>The lines of its standard output.</returns>
    public static async Task<IReadOnlyList<string>> Run(IEnumerable<string> arguments, TimeSpan takes = default)
    {
        await using var script = LabProcess.Start(Path, arguments);
        var exitCode = await script.WaitForExit(takes + Patience);
        return exitCode == 0 ? script.Output : throw new LabException(string.Join(Environment.NewLine, script.Errors));
    }
}
