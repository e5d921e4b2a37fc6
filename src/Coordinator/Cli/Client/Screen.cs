using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>Where a command shows what it got, and the moment from which ages are counted.</summary>
/// <param name="Remarks">What is no data: stderr.</param>
internal sealed record Screen(TextWriter Output, TextWriter Remarks, bool Colour, DateTimeOffset Now)
{
    public static Screen Of(TextWriter output, TextWriter error) =>
        new(output, error, output == Console.Out && TerminalFeatures.StdoutHasColour, TimeProvider.System.GetUtcNow());

    public void Show(TextTable table) => table.WriteTo(Output, Colour);
}
