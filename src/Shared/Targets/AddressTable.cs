namespace FpingCluster.Shared.Targets;

/// <summary>
/// Distinct addresses in the order they were added, with an open-addressing index over them: 16 bytes an address and 4 bytes a slot,
/// where a dictionary takes 60. One writer; once no more is added, any number of readers.
/// </summary>
internal sealed class AddressTable
{
    private const int FirstSlots = 16;
    private const uint NumberMask = (1 << 25) - 1;

    private TargetAddress[] _addresses = new TargetAddress[FirstSlots / 2];

    // 0 = free, else the index of the address + 1, below bits of its hash: these spare the look at another's address, which is seldom in
    // the processor's cache. The length is a power of two and at most two thirds are taken.
    private uint[] _slots = new uint[FirstSlots];

    public int Count { get; private set; }

    public ReadOnlySpan<TargetAddress> Addresses => _addresses.AsSpan(0, Count);

    /// <summary>The index of the address, or -1.</summary>
    public int IndexOf(TargetAddress address) => NumberIn(_slots[FindSlot(address, address.StableHash())]) - 1;

    /// <summary>False when the address is already there.</summary>
    public bool TryAdd(TargetAddress address)
    {
        var hash = address.StableHash();
        var slot = FindSlot(address, hash);
        if (_slots[slot] != 0)
        {
            return false;
        }

        if (Count == NumberMask)
        {
            throw new InvalidOperationException($"an address table holds at most {NumberMask:N0} addresses");
        }

        if (Count == _addresses.Length)
        {
            GrowAddresses();
        }

        _addresses[Count++] = address;
        _slots[slot] = Tag(hash) | (uint)Count;
        if (Count > _slots.Length / 3 * 2)
        {
            DoubleSlots();
        }

        return true;
    }

    private static uint Tag(ulong hash) => (uint)hash & ~NumberMask;

    private static int NumberIn(uint slot) => (int)(slot & NumberMask);

    private static int FirstSlot(ulong hash, int mask) => (int)(hash >> 32) & mask;

    /// <summary>The slot that holds the address, or the free one where it belongs.</summary>
    private int FindSlot(TargetAddress address, ulong hash)
    {
        var slots = _slots;
        var mask = slots.Length - 1;
        var tag = Tag(hash);
        var slot = FirstSlot(hash, mask);
        while (slots[slot] is var taken && taken != 0 && ((taken & ~NumberMask) != tag || _addresses[NumberIn(taken) - 1] != address))
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    // Not Array.Resize: an array that the runtime need not clear has no resident memory beyond what is written to it.
    private void GrowAddresses()
    {
        var grown = GC.AllocateUninitializedArray<TargetAddress>(_addresses.Length * 2);
        _addresses.CopyTo(grown, 0);
        _addresses = grown;
    }

    private void DoubleSlots()
    {
        var mask = _slots.Length * 2 - 1;
        _slots = new uint[mask + 1];
        for (var index = 0; index < Count; index++)
        {
            var hash = _addresses[index].StableHash();
            var slot = FirstSlot(hash, mask);
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            _slots[slot] = Tag(hash) | (uint)(index + 1);
        }
    }
}
