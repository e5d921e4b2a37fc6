using System.Numerics;

namespace FpingCluster.Shared.Targets;

/// <summary>
/// Distinct addresses in the order they were added, with an open-addressing index over them: 16 bytes an address and 4 bytes a slot,
/// where a dictionary takes 60. One writer; once no more is added, any number of readers.
/// </summary>
internal sealed class AddressTable
{
    private const int FirstSlots = 16;

    private TargetAddress[] _addresses = new TargetAddress[FirstSlots / 2];

    // 0 = free, else the index of the address + 1. The length is a power of two and at most two thirds are taken.
    private int[] _slots = new int[FirstSlots];

    public int Count { get; private set; }

    public ReadOnlySpan<TargetAddress> Addresses => _addresses.AsSpan(0, Count);

    /// <summary>The index of the address, or -1.</summary>
    public int IndexOf(TargetAddress address) => _slots[FindSlot(address)] - 1;

    /// <summary>False when the address is already there.</summary>
    public bool TryAdd(TargetAddress address)
    {
        var slot = FindSlot(address);
        if (_slots[slot] != 0)
        {
            return false;
        }

        if (Count == _addresses.Length)
        {
            GrowAddresses();
        }

        _addresses[Count++] = address;
        _slots[slot] = Count;
        if (Count > _slots.Length / 3 * 2)
        {
            DoubleSlots();
        }

        return true;
    }

    /// <summary>The slot that holds the address, or the free one where it belongs.</summary>
    private int FindSlot(TargetAddress address)
    {
        var mask = _slots.Length - 1;
        var slot = SlotOf(address, mask);
        while (_slots[slot] != 0 && _addresses[_slots[slot] - 1] != address)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private static int SlotOf(TargetAddress address, int mask) =>
        (int)(address.StableHash() >> (64 - BitOperations.PopCount((uint)mask)));

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
        _slots = new int[mask + 1];
        for (var index = 0; index < Count; index++)
        {
            var slot = SlotOf(_addresses[index], mask);
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            _slots[slot] = index + 1;
        }
    }
}
