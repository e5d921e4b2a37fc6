using FpingCluster.Agent.Diagnostics;

namespace FpingCluster.Agent.Tests.Diagnostics;

/// <summary>A folder in the place of /, with the /proc and /sys of a host where nothing limits.</summary>
internal sealed class FakeHostFiles : IDisposable
{
    public const string SocketTitles =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("fpingcluster-host-");

    public FakeHostFiles()
    {
        Write("proc/net/raw", SocketTitles);
        Write("proc/stat", "cpu  1 2 3 4\ncpu0 1 2 3 4\ncpu1 1 2 3 4\nctxt 7\n");
        Write("proc/self/cgroup", "0::/\n");
        Write("proc/sys/net/ipv4/ping_group_range", "0\t2147483647\n");
        Write("proc/sys/net/core/rmem_default", "212992\n");
        Write("proc/sys/net/core/rmem_max", "4194304\n");
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
