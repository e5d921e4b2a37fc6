using FpingCluster.Shared.Hosting;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.Benchmarks.Engines;

/// <summary>The programs that ours are measured against, from Debian's packages.</summary>
internal static class Peers
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly string[] Packages = ["fping", "zmap", "util-linux"];

    /// <exception cref="UserErrorException">One is missing and cannot be installed.</exception>
    public static async Task InstallAsync()
    {
        foreach (var package in Packages)
        {
            if (await RunAsync("dpkg-query", "--show", package) != 0)
            {
                Console.Error.WriteLine($"installing {package}");
                _ = await RunAsync("apt-get", "update", "-qq");
                if (await RunAsync("apt-get", "install", "-qq", "-y", "--no-install-recommends", package) != 0)
                {
                    throw new UserErrorException($"the package {package} cannot be installed; install it, then run this again");
                }
            }
        }
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        await using var process = LabProcess.Start(program, arguments, new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive" });
        return await process.WaitForExit(Patience);
    }
}
