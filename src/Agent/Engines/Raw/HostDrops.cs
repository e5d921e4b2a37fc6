using System.Buffers.Text;

namespace FpingCluster.Agent.Engines.Raw;

/// <summary>
/// Packets that this host dropped beside any socket: in the queue between network card and protocol (softnet_stat, of the whole host) and on the way out
/// (OutDiscards, of this network namespace), where a raw socket is told nothing. Reads without allocating. Not for several threads.
/// </summary>
internal sealed class HostDrops : IDisposable
{
    // Of the thread that opens them: its network namespace may be another than that of the process.
    private const string Folder = "proc/thread-self/net";

    private const int LongestFile = 64 * 1024;

    private readonly byte[] _buffer = new byte[LongestFile];
    private readonly ProcFile _softnet;
    private readonly ProcFile _ipv4;
    private readonly ProcFile _ipv6;

    /// <param name="root">"/" but for tests.</param>
    public HostDrops(string root = "/")
    {
        _softnet = new ProcFile(Path.Combine(root, Folder, "softnet_stat"));
        _ipv4 = new ProcFile(Path.Combine(root, Folder, "snmp"));
        _ipv6 = new ProcFile(Path.Combine(root, Folder, "snmp6"));
    }

    /// <summary>Since the host started; a file that cannot be read counts nothing.</summary>
    public HostDropCounts Read()
    {
        var backlog = Backlog(_softnet.Read(_buffer));
        var ipv4 = _ipv4.Read(_buffer);
        var (outgoing, damagedV4) = (Named(ipv4, "Ip:"u8, "OutDiscards"u8), Named(ipv4, "Icmp:"u8, "InCsumErrors"u8));
        var ipv6 = _ipv6.Read(_buffer);
        return new HostDropCounts(backlog, outgoing + Value(ipv6, "Ip6OutDiscards"u8), damagedV4, Value(ipv6, "Icmp6InCsumErrors"u8));
    }

    public void Dispose()
    {
        _softnet.Dispose();
        _ipv4.Dispose();
        _ipv6.Dispose();
    }

    // A line for each CPU; its second column, in hexadecimal, counts what did not fit into the backlog.
    private static long Backlog(ReadOnlySpan<byte> text)
    {
        var dropped = 0L;
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            var blank = line.IndexOf((byte)' ');
            if (blank >= 0 && Utf8Parser.TryParse(line[(blank + 1)..], out long number, out _, 'x'))
            {
                dropped += number;
            }
        }

        return dropped;
    }

    // Two lines with the same beginning: the first has the names of the second's numbers.
    private static long Named(ReadOnlySpan<byte> text, ReadOnlySpan<byte> beginning, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> names = default;
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            if (!line.StartsWith(beginning))
            {
                continue;
            }

            if (!names.IsEmpty)
            {
                return Column(line, IndexOf(names, name));
            }

            names = line;
        }

        return 0;
    }

    private static int IndexOf(ReadOnlySpan<byte> names, ReadOnlySpan<byte> name)
    {
        var index = 0;
        foreach (var range in names.Split((byte)' '))
        {
            if (names[range].SequenceEqual(name))
            {
                return index;
            }

            index++;
        }

        return -1;
    }

    private static long Column(ReadOnlySpan<byte> line, int wanted)
    {
        var index = 0;
        foreach (var range in line.Split((byte)' '))
        {
            if (index++ == wanted)
            {
                return Utf8Parser.TryParse(line[range], out long number, out _) ? number : 0;
            }
        }

        return 0;
    }

    // "Name   number" in each line.
    private static long Value(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            if (line.StartsWith(name) && line.Length > name.Length && line[name.Length] is (byte)' ' or (byte)'\t')
            {
                return Utf8Parser.TryParse(line[name.Length..].TrimStart(" \t"u8), out long number, out _) ? number : 0;
            }
        }

        return 0;
    }
}
