using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FpingCluster.Agent.Engines.Raw.Bpf;

namespace FpingCluster.Agent.Engines.Raw.Native;

/// <summary>A non-blocking ICMP socket that receives nothing but what concerns its own id, stamped by the kernel.</summary>
internal sealed unsafe class IcmpSocket : SafeHandle, IPingPort
{
    // At 768 bytes a reply, 10,900 replies: what 100,000 pings/s bring in a tenth of a second.
    private const int WantedReceiveBuffer = 8 * 1024 * 1024;

    // The table of struct sk_meminfo; the ninth number counts drops.
    private const int MemoryInfoNumbers = 9, DropsIndex = 8;

    private readonly bool _ipv4;

    private IcmpSocket(int descriptor, bool ipv4, SocketMode mode)
        : base(-1, ownsHandle: true)
    {
        SetHandle(descriptor);
        (_ipv4, Mode) = (ipv4, mode);
    }

    public ushort Id { get; private set; }

    public SocketMode Mode { get; }

    /// <summary>Bytes, as the kernel counts them: twice what was asked for, so that its own bookkeeping has room too.</summary>
    public int ReceiveBuffer => GetNumber(Constants.LevelSocket, Constants.ReceiveBuffer);

    public override bool IsInvalid => handle == -1;

    private int Descriptor => (int)handle;

    /// <param name="id">For a raw socket; a datagram socket gets one from the kernel that no other has.</param>
    /// <param name="receiveBuffer">Bytes; less where net.core.rmem_max says so and the privilege to exceed it is missing.</param>
    /// <param name="errno">Why it could not be opened; 0 when it was.</param>
    public static IcmpSocket? TryOpen(bool ipv4, SocketMode mode, ushort id, out int errno, int? receiveBuffer = null)
    {
        var type = (mode == SocketMode.Raw ? Constants.TypeRaw : Constants.TypeDatagram) | Constants.NonBlocking | Constants.CloseOnExec;
        var descriptor = Libc.Socket(
            ipv4 ? Constants.FamilyIPv4 : Constants.FamilyIPv6, type, ipv4 ? Constants.ProtocolIcmp : Constants.ProtocolIcmpV6);
        errno = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (descriptor < 0)
        {
            return null;
        }

        var socket = new IcmpSocket(descriptor, ipv4, mode);
        socket.Id = mode == SocketMode.Raw ? id : socket.BindToFreeId();
        errno = socket.Configure(receiveBuffer ?? WantedReceiveBuffer);
        if (errno == 0)
        {
            return socket;
        }

        socket.Dispose();
        return null;
    }

    public int Send(SendBatch batch, int first, int count)
    {
        var sent = Libc.SendMessages(Descriptor, batch.Headers + first, (uint)count, Constants.DontWait);
        return sent < 0 ? -Marshal.GetLastPInvokeError() : sent;
    }

    public int Receive(ReceiveBatch batch) => Receive(batch, Constants.DontWait);

    public int ReceiveErrors(ReceiveBatch batch) => Mode == SocketMode.Datagram ? Receive(batch, Constants.DontWait | Constants.FromErrorQueue) : 0;

    public long CountDrops()
    {
        var numbers = stackalloc uint[MemoryInfoNumbers];
        var length = (uint)(MemoryInfoNumbers * sizeof(uint));
        return Libc.GetSocketOption(Descriptor, Constants.LevelSocket, Constants.MemoryInfo, numbers, &length) == 0 ? numbers[DropsIndex] : 0;
    }

    public void WaitWritable(long nanoseconds)
    {
        var poll = new PollDescriptor { Descriptor = Descriptor, Events = PollDescriptor.Writable };
        var timeout = TimeSpec.FromNanoseconds(nanoseconds);
        // Whatever ends the wait, the next send tells more.
        _ = Libc.Poll(&poll, 1, &timeout, null);
    }

    protected override bool ReleaseHandle() => Libc.Close(Descriptor) == 0;

    private int Receive(ReceiveBatch batch, int flags)
    {
        batch.Prepare();
        var received = Libc.ReceiveMessages(Descriptor, batch.Headers, ReceiveBatch.Capacity, flags, null);
        if (received >= 0)
        {
            return received;
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno == Constants.EAGAIN ? 0 : -errno;
    }

    private ushort BindToFreeId()
    {
        var address = stackalloc byte[SocketAddress.IPv6Length];
        var length = (uint)(_ipv4 ? SocketAddress.IPv4Length : SocketAddress.IPv6Length);
        new Span<byte>(address, SocketAddress.IPv6Length).Clear();
        BitConverter.TryWriteBytes(new Span<byte>(address, sizeof(ushort)), (ushort)(_ipv4 ? Constants.FamilyIPv4 : Constants.FamilyIPv6));
        _ = Libc.Bind(Descriptor, address, length);
        _ = Libc.GetSocketName(Descriptor, address, &length);
        // Where other sockets have a port, ICMP has its id.
        return BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(address + sizeof(ushort), sizeof(ushort)));
    }

    private int Configure(int receiveBuffer)
    {
        // Beyond net.core.rmem_max only with CAP_NET_ADMIN.
        if (SetNumber(Constants.LevelSocket, Constants.ReceiveBufferForce, receiveBuffer) != 0)
        {
            _ = SetNumber(Constants.LevelSocket, Constants.ReceiveBuffer, receiveBuffer);
        }

        var errno = SetNumber(Constants.LevelSocket, Constants.TimestampNs, 1);
        return errno != 0 ? errno : Mode == SocketMode.Raw ? Filter() : AskForErrors();
    }

    private int AskForErrors() => _ipv4
        ? SetNumber(Constants.LevelIPv4, Constants.IPv4ReceiveError, 1)
        : SetNumber(Constants.LevelIPv6, Constants.IPv6ReceiveError, 1);

    private int Filter()
    {
        var blocked = _ipv4 ? [IcmpFilters.BlockedTypesV4] : IcmpFilters.BlockedTypesV6;
        int errno;
        fixed (uint* types = blocked)
        {
            errno = Set(_ipv4 ? Constants.LevelRaw : Constants.LevelIcmpV6, Constants.IcmpFilter, types, (uint)blocked.Length * sizeof(uint));
        }

        var program = _ipv4 ? IcmpFilters.IPv4(Id) : IcmpFilters.IPv6(Id);
        fixed (BpfInstruction* instructions = program)
        {
            var filter = new BpfProgram { Length = (ushort)program.Length, Instructions = instructions };
            return errno != 0 ? errno : Set(Constants.LevelSocket, Constants.AttachFilter, &filter, (uint)sizeof(BpfProgram));
        }
    }

    private int SetNumber(int level, int option, int value) => Set(level, option, &value, sizeof(int));

    private int Set(int level, int option, void* value, uint length) =>
        Libc.SetSocketOption(Descriptor, level, option, value, length) == 0 ? 0 : Marshal.GetLastPInvokeError();

    private int GetNumber(int level, int option)
    {
        var value = 0;
        var length = (uint)sizeof(int);
        return Libc.GetSocketOption(Descriptor, level, option, &value, &length) == 0 ? value : 0;
    }
}
