using System.Net;

namespace FpingCluster.Coordinator.Security;

/// <summary>Which refusals of one minute get a line of their own, so that who is refused all the time neither fills the disk nor drives out what was recorded before.</summary>
internal sealed class RefusalCounter
{
    public const int LinesOfAddress = 10;
    public const int Lines = 60;
    public const int Addresses = 1_000;

    private const string Others = "others";

    private readonly Dictionary<string, int> _counts = [];
    private readonly Dictionary<string, int> _unwritten = [];
    private int _lines;

    /// <summary>Counts a refusal.</summary>
    /// <returns>Whether it gets a line.</returns>
    public bool Add(IPAddress? address)
    {
        var key = KeyOf(address);
        if (!_counts.ContainsKey(key) && _counts.Count >= Addresses)
        {
            key = Others;
        }

        var count = _counts[key] = _counts.GetValueOrDefault(key) + 1;
        if (count <= LinesOfAddress && _lines < Lines)
        {
            _lines++;
            return true;
        }

        _unwritten[key] = _unwritten.GetValueOrDefault(key) + 1;
        return false;
    }

    /// <summary>Ends the minute.</summary>
    /// <returns>The most refused addresses with how many refusals got no line, and the rest of them as one.</returns>
    public IReadOnlyList<(string Address, int Count)> Take()
    {
        var all = _unwritten.OrderByDescending(entry => entry.Value).Select(entry => (entry.Key, entry.Value)).ToList();
        _counts.Clear();
        _unwritten.Clear();
        _lines = 0;
        return all.Count <= LinesOfAddress ? all : [.. all[..LinesOfAddress], (Others, all[LinesOfAddress..].Sum(entry => entry.Value))];
    }

    // Whoever has one address of an IPv6 /64 has them all.
    private static string KeyOf(IPAddress? address)
    {
        if (address is null)
        {
            return Others;
        }

        if (address.IsIPv4MappedToIPv6 || address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
        {
            return address.MapToIPv4().ToString();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
