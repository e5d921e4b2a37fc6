using System.Diagnostics;

namespace FpingCluster.TestKit;

/// <summary>A command of the host's, run to its end. That it fails is an exception with what it said.</summary>
internal static class HostCommand
{
    public static void Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command} {string.Join(' ', arguments)}: {error}");
        }
    }
}
