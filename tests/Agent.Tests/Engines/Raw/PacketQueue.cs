using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines.Raw;

/// <summary>Packets on their way to a port, first in, first out. Grows, and allocates nothing afterwards.</summary>
internal sealed class PacketQueue
{
    private const int LongestPacket = 2048;

    private Entry[] _entries = [];
    private int _first;

    public int Count { get; private set; }

    public ref Entry First => ref _entries[_first];

    /// <summary>A place at the end, its bytes to be filled in.</summary>
    public ref Entry Add()
    {
        if (Count == _entries.Length)
        {
            Grow();
        }

        ref var entry = ref _entries[(_first + Count++) % _entries.Length];
        entry.Bytes ??= new byte[LongestPacket];
        entry.Control = null;
        return ref entry;
    }

    public void RemoveFirst()
    {
        _first = (_first + 1) % _entries.Length;
        Count--;
    }

    private void Grow()
    {
        var grown = new Entry[Math.Max(64, _entries.Length * 2)];
        for (var i = 0; i < Count; i++)
        {
            grown[i] = _entries[(_first + i) % _entries.Length];
        }

        (_entries, _first) = (grown, 0);
    }

    public struct Entry
    {
        public byte[] Bytes;
        public int Length;
        public TargetAddress Source;

        /// <summary>Of the lane's clock.</summary>
        public long AtNs;

        /// <summary>Of the realtime clock at that time; null: none.</summary>
        public long? StampNs;

        /// <summary>In place of the stamp.</summary>
        public byte[]? Control;
    }
}
