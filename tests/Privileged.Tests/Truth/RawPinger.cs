using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit.Truth;

namespace FpingCluster.Privileged.Tests.Truth;

/// <summary>Sends echo requests byte by byte and shows what comes back, as ICMP messages.</summary>
internal sealed class RawPinger : IDisposable
{
    public const ushort Id = 0x1234, Sequence = 7;

    private const int ChecksumOffset = 2;

    private readonly TargetAddress _target;
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[2048];

    public RawPinger(TruthNetwork network, TargetAddress target)
    {
        _target = target;
        _socket = network.RunInside(() => new Socket(target.Family, SocketType.Raw, target.IsIPv4 ? ProtocolType.Icmp : ProtocolType.IcmpV6));
        _socket.ReceiveTimeout = 10_000;
    }

    public static byte[] Payload { get; } = [.. Enumerable.Range(1, 40).Select(i => (byte)i)];

    /// <summary>The request as it was sent; in IPv6 without its checksum, which the kernel makes.</summary>
    public byte[] Request => [.. Head, .. Payload];

    private byte[] Head => [_target.IsIPv4 ? (byte)8 : (byte)128, 0, 0, 0, 0x12, 0x34, 0, (byte)Sequence];

    public void Send(bool withRightChecksum = true)
    {
        var request = Request;
        if (_target.IsIPv4)
        {
            var checksum = InternetChecksum(request);
            BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(ChecksumOffset), withRightChecksum ? checksum : (ushort)~checksum);
        }

        _socket.SendTo(request, new IPEndPoint(_target.ToIPAddress(), 0));
    }

    /// <summary>The next message that is no request, and who sent it; waits for it.</summary>
    public (byte[] Icmp, TargetAddress Source) Receive()
    {
        EndPoint source = new IPEndPoint(_target.IsIPv4 ? IPAddress.Any : IPAddress.IPv6Any, 0);
        var length = _socket.ReceiveFrom(_buffer, ref source);
        var header = _target.IsIPv4 ? (_buffer[0] & 0xF) * 4 : 0;
        return (_buffer[header..length], TargetAddress.From(((IPEndPoint)source).Address));
    }

    public static ushort InternetChecksum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
        }

        return (ushort)~((sum & 0xFFFF) + (sum >> 16));
    }

    public void Dispose() => _socket.Dispose();
}
