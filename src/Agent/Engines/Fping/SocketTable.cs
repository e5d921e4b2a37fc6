using System.Globalization;

namespace FpingCluster.Agent.Engines.Fping;

/// <summary>The ICMP sockets of this network namespace with what the kernel dropped at each: /proc/net/raw, raw6, icmp and icmp6.</summary>
internal static class SocketTable
{
    private const int UidColumn = 7;
    private const int InodeColumn = 9;

    public static List<SocketDrops> Read(string procRoot)
    {
        var sockets = new List<SocketDrops>();
        foreach (var (table, mode) in ((string, SocketMode)[])
            [("raw", SocketMode.Raw), ("raw6", SocketMode.Raw), ("icmp", SocketMode.Datagram), ("icmp6", SocketMode.Datagram)])
        {
            var path = Path.Combine(procRoot, "net", table);
            if (File.Exists(path))
            {
                sockets.AddRange(File.ReadLines(path).Skip(1).Select(line => Parse(line, mode)).OfType<SocketDrops>());
            }
        }

        return sockets;
    }

    private static SocketDrops? Parse(string line, SocketMode mode)
    {
        var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return columns.Length > InodeColumn + 1
            && int.TryParse(columns[UidColumn], NumberStyles.None, CultureInfo.InvariantCulture, out var uid)
            && long.TryParse(columns[InodeColumn], NumberStyles.None, CultureInfo.InvariantCulture, out var inode)
            && long.TryParse(columns[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var drops)
            ? new SocketDrops(inode, uid, mode, drops)
            : null;
    }
}
