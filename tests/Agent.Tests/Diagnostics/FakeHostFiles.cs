using FpingCluster.Agent.Diagnostics;

namespace FpingCluster.Agent.Tests.Diagnostics;

/// <summary>A folder in the place of /, with the /proc and /sys of a host where nothing limits.</summary>
internal sealed class FakeHostFiles : IDisposable
{
    public const string SocketTitles =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n";

    public const string RouteTitles = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";

    public const string MostNeighbours = "proc/sys/net/ipv4/neigh/default/gc_thresh3";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("fpingcluster-host-");

    public FakeHostFiles()
    {
        Write("proc/net/raw", SocketTitles);
        Write("proc/stat", "cpu  1 2 3 4\ncpu0 1 2 3 4\ncpu1 1 2 3 4\nctxt 7\n");
        Write("proc/self/cgroup", "0::/\n");
        Write("proc/sys/net/ipv4/ping_group_range", "0\t2147483647\n");
        Write("proc/sys/net/core/rmem_default", "212992\n");
        Write("proc/sys/net/core/rmem_max", "4194304\n");
        Write(MostNeighbours, "1024\n");
        Write("proc/net/route", RouteTitles +
            "eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n" +
            "eth0\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n" +
            "lo\t0000007F\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0\n");
    }

    public HostFiles Files => new(_root.FullName);

    public void Write(string path, string text)
    {
        var file = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public void Delete(string path) => File.Delete(Path.Combine(_root.FullName, path));

    public void Dispose() => _root.Delete(recursive: true);
}
