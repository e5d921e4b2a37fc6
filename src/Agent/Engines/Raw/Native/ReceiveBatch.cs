using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Engines.Raw.Native;

/// <summary>Room for packets that the kernel hands over at once. Not for several threads; nothing is allocated per packet.</summary>
internal sealed unsafe class ReceiveBatch : IDisposable
{
    public const int Capacity = 64;

    // An ICMP error quotes at most 576 bytes in all (RFC 1812), 1280 in IPv6; what matters of it stands in the first 120.
    private const int ErrorLength = 640;

    private const int ControlLength = 192;

    private readonly NativeBlock _headers = new(Capacity * sizeof(MessageHeader));
    private readonly NativeBlock _vectors = new(Capacity * sizeof(IoVector));
    private readonly NativeBlock _addresses = new(Capacity * SocketAddress.IPv6Length);
    private readonly NativeBlock _controls = new(Capacity * ControlLength);
    private readonly NativeBlock _packets;
    private readonly int _stride;

    /// <param name="echoLength">The longest echo reply: IP header, ICMP header and payload.</param>
    public ReceiveBatch(int echoLength = 0)
    {
        _stride = (Math.Max(ErrorLength, echoLength) + 63) / 64 * 64;
        _packets = new NativeBlock(Capacity * _stride);
        for (var i = 0; i < Capacity; i++)
        {
            Vectors[i] = new IoVector { Base = _packets.Pointer + i * _stride, Length = (nuint)_stride };
        }
    }

    public int Stride => _stride;

    public MessageHeader* Headers => (MessageHeader*)_headers.Pointer;

    private IoVector* Vectors => (IoVector*)_vectors.Pointer;

    /// <summary>The kernel overwrites what it was told of the room there is: to be called before each receive.</summary>
    public void Prepare()
    {
        for (var i = 0; i < Capacity; i++)
        {
            Headers[i] = new MessageHeader
            {
                Name = _addresses.Pointer + i * SocketAddress.IPv6Length,
                NameLength = SocketAddress.IPv6Length,
                Vectors = Vectors + i,
                VectorCount = 1,
                Control = _controls.Pointer + i * ControlLength,
                ControlLength = ControlLength,
            };
        }
    }

    /// <summary>Cut off at <see cref="Stride"/>.</summary>
    public ReadOnlySpan<byte> Packet(int index) => new(_packets.Pointer + index * _stride, (int)Math.Min(Headers[index].Length, (uint)_stride));

    public bool IsCut(int index) => (Headers[index].Flags & Constants.Truncated) != 0;

    public TargetAddress Source(int index) =>
        SocketAddress.Read(new ReadOnlySpan<byte>(Headers[index].Name, (int)Math.Min(Headers[index].NameLength, SocketAddress.IPv6Length)));

    public ControlMessages Control(int index) => new(new ReadOnlySpan<byte>(Headers[index].Control, (int)Math.Min(Headers[index].ControlLength, ControlLength)));

    /// <summary>What a kernel would do, for networks that tests make up.</summary>
    public void Put(int index, ReadOnlySpan<byte> packet, TargetAddress source, ReadOnlySpan<byte> control)
    {
        packet[..Math.Min(packet.Length, _stride)].CopyTo(new Span<byte>(_packets.Pointer + index * _stride, _stride));
        var header = Headers + index;
        header->Length = (uint)packet.Length;
        header->NameLength = (uint)SocketAddress.Write(source, new Span<byte>(header->Name, SocketAddress.IPv6Length));
        control.CopyTo(new Span<byte>(header->Control, ControlLength));
        header->ControlLength = (nuint)control.Length;
        header->Flags = packet.Length > _stride ? Constants.Truncated : 0;
    }

    public void Dispose()
    {
        _headers.Dispose();
        _vectors.Dispose();
        _addresses.Dispose();
        _controls.Dispose();
        _packets.Dispose();
    }
}
