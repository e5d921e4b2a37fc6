using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace FpingCluster.TestKit.Truth;

/// <summary>A network interface whose packets a program takes and gives. It goes when it is disposed.</summary>
internal sealed class TunDevice : IDisposable
{
    /// <summary>No packet is longer.</summary>
    public const int LongestPacket = 65_535;

    // struct ifreq: a name of 16 bytes, then flags.
    private const int InterfaceRequestLength = 40, FlagsOffset = 16;

    private readonly SafeFileHandle _file;

    private TunDevice(SafeFileHandle file) => _file = file;

    /// <summary>Makes the interface in the network namespace of the calling thread.</summary>
    public static TunDevice Create(string name)
    {
        var file = Libc.Open("/dev/net/tun", Libc.ReadWrite | Libc.NonBlocking | Libc.CloseOnExec);
        Span<byte> request = stackalloc byte[InterfaceRequestLength];
        request.Clear();
        Encoding.ASCII.GetBytes(name, request);
        MemoryMarshal.Write(request[FlagsOffset..], (short)(Libc.Tun | Libc.NoPacketInformation));
        if (file.IsInvalid || Libc.IoControl(file, Libc.SetTunInterface, request) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            file.Dispose();
            throw new Win32Exception(errno, $"no TUN interface {name}: {Marshal.GetPInvokeErrorMessage(errno)}");
        }

        return new TunDevice(file);
    }

    /// <returns>The packet's length; 0 when none is there.</returns>
    public int Read(Span<byte> buffer)
    {
        var length = Libc.Read(_file, buffer, (nuint)buffer.Length);
        if (length >= 0)
        {
            return (int)length;
        }

        return Marshal.GetLastPInvokeError() is Libc.EAGAIN or Libc.EINTR ? 0 : throw Failure("read from");
    }

    public void Write(ReadOnlySpan<byte> packet)
    {
        if (Libc.Write(_file, packet, (nuint)packet.Length) != packet.Length)
        {
            throw Failure("write to");
        }
    }

    /// <summary>Waits until a packet is there, or so long.</summary>
    public void Await(long nanoseconds)
    {
        var poll = new PollDescriptor { Descriptor = (int)_file.DangerousGetHandle(), Events = Libc.PollIn };
        var (seconds, rest) = Math.DivRem(nanoseconds, 1_000_000_000);
        if (Libc.Poll(ref poll, 1, new TimeSpec { Seconds = (nint)seconds, Nanoseconds = (nint)rest }, 0) < 0 && Marshal.GetLastPInvokeError() != Libc.EINTR)
        {
            throw Failure("wait for");
        }
    }

    public void Dispose() => _file.Dispose();

    private static Win32Exception Failure(string what)
    {
        var errno = Marshal.GetLastPInvokeError();
        return new Win32Exception(errno, $"cannot {what} the TUN interface: {Marshal.GetPInvokeErrorMessage(errno)}");
    }
}
