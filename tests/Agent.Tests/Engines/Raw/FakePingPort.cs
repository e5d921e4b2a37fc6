using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Raw;
using FpingCluster.Agent.Engines.Raw.Native;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines.Raw;

/// <summary>A socket to a network that a test makes up: each target answers after the same time. Allocates nothing once it has grown.</summary>
internal sealed class FakePingPort(FakeLaneClock clock, bool ipv4, SocketMode mode) : IPingPort
{
    /// <summary>Sends all that is there.</summary>
    public const int All = int.MaxValue;

    private readonly PacketQueue _packets = new();
    private readonly PacketQueue _errors = new();
    private readonly Queue<int> _receiveFaults = [];

    public ushort Id { get; } = ipv4 ? (ushort)0x1204 : (ushort)0x1206;

    public SocketMode Mode => mode;

    /// <summary>How the next sends end: after so many pings, or with a negative errno. Then all is sent.</summary>
    public Queue<int> Outcomes { get; } = [];

    /// <summary>How all further sends end.</summary>
    public int LastOutcome { get; set; } = All;

    public Func<TargetAddress, bool> Answers { get; set; } = _ => true;

    public long RttNs { get; set; } = 1_000_000;

    /// <summary>While the kernel has the batch.</summary>
    public Action? WhileSending { get; set; }

    public Action? WhileWaiting { get; set; }

    /// <summary>The pings that left, by their numbers in the lane, if it is to be remembered.</summary>
    public List<long>? Pings { get; init; } = [];

    public int SendCalls { get; private set; }

    public int Waits { get; private set; }

    public long Drops { get; set; }

    public int Send(SendBatch batch, int first, int count)
    {
        SendCalls++;
        WhileSending?.Invoke();
        var outcome = Outcomes.TryDequeue(out var next) ? next : LastOutcome;
        if (outcome < 0)
        {
            return outcome;
        }

        var sent = Math.Min(outcome, count);
        for (var i = first; i < first + sent; i++)
        {
            Pings?.Add(batch.Ping(i));
            var target = batch.Destination(i);
            if (Answers(target))
            {
                Answer(batch.Packet(i), target, clock.NowNs + RttNs);
            }
        }

        return sent;
    }

    public int Receive(ReceiveBatch batch)
    {
        batch.Prepare();
        return _receiveFaults.TryDequeue(out var errno) ? -errno : Fill(batch, _packets);
    }

    public int ReceiveErrors(ReceiveBatch batch)
    {
        batch.Prepare();
        return Fill(batch, _errors);
    }

    public long CountDrops() => Drops;

    public void WaitWritable(long nanoseconds)
    {
        Waits++;
        clock.Advance(nanoseconds);
        WhileWaiting?.Invoke();
    }

    /// <summary>The next receive fails so, once.</summary>
    public void FailReceive(int errno) => _receiveFaults.Enqueue(errno);

    /// <summary>Gives the lane a packet that was received now.</summary>
    public void Deliver(ReadOnlySpan<byte> packet, TargetAddress source, bool isStamped = true)
    {
        ref var entry = ref _packets.Add();
        packet.CopyTo(entry.Bytes);
        (entry.Length, entry.Source, entry.AtNs, entry.StampNs) = (packet.Length, source, clock.NowNs, isStamped ? clock.RealtimeNs : null);
    }

    /// <summary>Puts something into the error queue.</summary>
    public void DeliverError(ReadOnlySpan<byte> request, TargetAddress destination, byte[] control)
    {
        ref var entry = ref _errors.Add();
        request.CopyTo(entry.Bytes);
        (entry.Length, entry.Source, entry.AtNs, entry.Control) = (request.Length, destination, clock.NowNs, control);
    }

    public void Dispose()
    {
        // Nothing was opened.
    }

    private void Answer(ReadOnlySpan<byte> request, TargetAddress target, long atNs)
    {
        ref var entry = ref _packets.Add();
        entry.Length = PacketBytes.WriteAnswer(request, ipv4, ipv4 && mode == SocketMode.Raw, target, entry.Bytes);
        (entry.Source, entry.AtNs, entry.StampNs) = (target, atNs, atNs + clock.StampOffsetNs());
    }

    private int Fill(ReceiveBatch batch, PacketQueue queue)
    {
        var now = clock.NowNs;
        Span<byte> stamp = stackalloc byte[ControlBytes.StampLength];
        var filled = 0;
        while (filled < ReceiveBatch.Capacity && queue.Count > 0 && queue.First.AtNs <= now)
        {
            ref var entry = ref queue.First;
            if (entry.StampNs is { } stampNs)
            {
                ControlBytes.WriteStamp(stamp, stampNs);
            }

            batch.Put(filled++, entry.Bytes.AsSpan(0, entry.Length), entry.Source, entry.Control ?? (entry.StampNs is null ? [] : stamp));
            queue.RemoveFirst();
        }

        return filled;
    }
}
