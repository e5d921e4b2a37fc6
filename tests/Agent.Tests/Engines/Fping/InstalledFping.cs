using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Fping;

namespace FpingCluster.Agent.Tests.Engines.Fping;

/// <summary>The fping of this machine. Tests that need it fail without it: they prove nothing when they are skipped.</summary>
internal static class InstalledFping
{
    public static readonly FpingCapability Capability = new(Find(), FpingSelfTest.OldestVersion, SocketMode.Raw, IPv6: true);

    private static string Find() =>
        Array.Find(["/usr/bin/fping", "/usr/sbin/fping", "/usr/local/bin/fping"], File.Exists)
        ?? throw new FileNotFoundException("fping is not installed; install the package fping");
}
