using FpingCluster.Shared.Hosting;

namespace FpingCluster.Agent.Cli;

/// <summary>Where a command's data, messages and time come from and go to.</summary>
internal sealed record PingConsole(Stream Output, TextWriter Error, bool HasColour, bool Redraws, TimeProvider Time)
{
    public static PingConsole Real =>
        new(Console.OpenStandardOutput(), Console.Error, TerminalFeatures.StdoutHasColour, TerminalFeatures.StderrRedraws, TimeProvider.System);
}
