using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines.Raw.Native;

/// <summary>Up to <see cref="Capacity"/> echo requests of one family on their way to the kernel. Not for several threads; nothing is allocated per ping.</summary>
internal sealed unsafe class SendBatch : IDisposable
{
    public const int Capacity = 32;

    private readonly NativeBlock _headers = new(Capacity * sizeof(MessageHeader));
    private readonly NativeBlock _vectors = new(Capacity * sizeof(IoVector));
    private readonly NativeBlock _addresses = new(Capacity * SocketAddress.IPv6Length);
    private readonly EchoTemplate?[] _written = new EchoTemplate?[Capacity];
    private readonly long[] _pings = new long[Capacity];
    private NativeBlock _packets = new(0);
    private int _stride;

    public int Count { get; private set; }

    public bool IsFull => Count == Capacity;

    public MessageHeader* Headers => (MessageHeader*)_headers.Pointer;

    /// <summary>The number of the ping in its lane.</summary>
    public long Ping(int index) => _pings[index];

    public ReadOnlySpan<byte> Packet(int index) => new(Vectors[index].Base, (int)Vectors[index].Length);

    public TargetAddress Destination(int index) => SocketAddress.Read(new ReadOnlySpan<byte>(Headers[index].Name, (int)Headers[index].NameLength));

    public void Add(EchoTemplate template, ushort id, long ping, ulong proof, TargetAddress destination)
    {
        if (template.Length > _stride)
        {
            Grow(template.Length);
        }

        var packet = new Span<byte>(_packets.Pointer + Count * _stride, template.Length);
        if (_written[Count] != template)
        {
            template.CopyTo(packet);
            _written[Count] = template;
        }

        template.Patch(packet, id, ping, proof);
        var name = _addresses.Pointer + Count * SocketAddress.IPv6Length;
        Vectors[Count] = new IoVector { Base = packet.Length > 0 ? _packets.Pointer + Count * _stride : null, Length = (nuint)packet.Length };
        Headers[Count] = new MessageHeader
        {
            Name = name,
            NameLength = (uint)SocketAddress.Write(destination, new Span<byte>(name, SocketAddress.IPv6Length)),
            Vectors = Vectors + Count,
            VectorCount = 1,
        };
        _pings[Count++] = ping;
    }

    public void Clear() => Count = 0;

    public void Dispose()
    {
        _headers.Dispose();
        _vectors.Dispose();
        _addresses.Dispose();
        _packets.Dispose();
    }

    private IoVector* Vectors => (IoVector*)_vectors.Pointer;

    // What was added before is already pointed at: its packets move along.
    private void Grow(int length)
    {
        var stride = (length + 63) / 64 * 64;
        var packets = new NativeBlock(Capacity * stride);
        for (var i = 0; i < Count; i++)
        {
            Packet(i).CopyTo(new Span<byte>(packets.Pointer + i * stride, stride));
            Vectors[i].Base = packets.Pointer + i * stride;
        }

        Array.Clear(_written, Count, Capacity - Count);
        _packets.Dispose();
        (_packets, _stride) = (packets, stride);
    }
}
