using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines.Fping;

/// <summary>
/// Finds the target a line is about. fping writes its lines in the order of its input, so the next target is nearly always the right one; anything
/// else is looked up. The same address twice (from two shards) is two targets with two lines.
/// </summary>
internal sealed class FpingTargetIndex(TargetAddress[] addresses)
{
    private const int LongestAddress = 45;

    private readonly Lazy<Dictionary<TargetAddress, int>> _first = new(() => IndexOf(addresses), isThreadSafe: false);
    private int _next;

    /// <summary>The target that the next result line with this name is about; -1 when there is none left.</summary>
    public int Take(ReadOnlySpan<byte> name, FpingOutput output)
    {
        Span<byte> expected = stackalloc byte[LongestAddress];
        if (_next < addresses.Length && !output.IsReported(_next) && name.SequenceEqual(expected[..addresses[_next].Format(expected)]))
        {
            return _next++;
        }

        var target = Find(name);
        while (target >= 0 && output.IsReported(target))
        {
            var address = addresses[target];
            target = Array.IndexOf(addresses, address, target + 1);
        }

        _next = target >= 0 ? target + 1 : _next;
        return target;
    }

    /// <summary>The first target of this name; -1 when it is not of this bucket.</summary>
    public int Find(ReadOnlySpan<byte> name) => TryParse(name, out var address) && _first.Value.TryGetValue(address, out var target) ? target : -1;

    public static bool TryParse(ReadOnlySpan<byte> text, out TargetAddress address)
    {
        address = default;
        Span<char> characters = stackalloc char[LongestAddress];
        return text.Length <= LongestAddress
            && System.Text.Ascii.ToUtf16(text, characters, out var length) == System.Buffers.OperationStatus.Done
            && TargetAddress.TryParse(characters[..length], out address);
    }

    private static Dictionary<TargetAddress, int> IndexOf(TargetAddress[] addresses)
    {
        var first = new Dictionary<TargetAddress, int>(addresses.Length);
        for (var i = 0; i < addresses.Length; i++)
        {
            first.TryAdd(addresses[i], i);
        }

        return first;
    }
}
