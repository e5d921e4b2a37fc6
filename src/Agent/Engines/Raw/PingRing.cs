namespace FpingCluster.Agent.Engines.Raw;

/// <summary>
/// The pings of a lane that may still be answered, numbered 0, 1, 2 … in the order they were sent. The number's last 16 bits travel as the sequence number, its
/// last 32 in the payload. Grows, and is then never allocated again.
/// </summary>
internal sealed class PingRing
{
    private const int Sequences = 65_536;

    private PingSlot[] _slots = new PingSlot[4096];

    /// <summary>The oldest ping that is still here; equal to <see cref="Tail"/> when there is none.</summary>
    public long Head { get; private set; }

    /// <summary>The number of the next ping.</summary>
    public long Tail { get; private set; }

    public int Count => (int)(Tail - Head);

    public ref PingSlot this[long ping] => ref _slots[ping & (_slots.Length - 1)];

    public bool Contains(long ping) => ping >= Head && ping < Tail;

    public long Add(in PingSlot slot)
    {
        if (Count == _slots.Length)
        {
            Grow();
        }

        this[Tail] = slot;
        return Tail++;
    }

    public void RemoveHead() => Head++;

    /// <summary>The newest ping whose number ends so, whether it is still here or not; negative when there was none.</summary>
    public long FromNumber(uint number) => Tail - 1 - (uint)((uint)(Tail - 1) - number);

    /// <summary>The newest ping with this sequence number; each older one is 65,536 before.</summary>
    public long FromSequence(ushort sequence) => Tail - 1 - (ushort)((ushort)(Tail - 1) - sequence);

    public static long OlderWithSameSequence(long ping) => ping - Sequences;

    private void Grow()
    {
        var grown = new PingSlot[_slots.Length * 2];
        for (var ping = Head; ping < Tail; ping++)
        {
            grown[ping & (grown.Length - 1)] = this[ping];
        }

        _slots = grown;
    }
}
