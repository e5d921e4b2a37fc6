using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FpingCluster.TestKit.Truth;

/// <summary>System calls that .NET does not offer, with their numbers of the Linux headers.</summary>
internal static partial class Libc
{
    public const int ReadOnly = 0, ReadWrite = 2, NonBlocking = 0x800, CloseOnExec = 0x80000;

    public const int NewNetwork = 0x40000000;

    public const uint SetTunInterface = 0x400454CA;

    public const short Tun = 1, NoPacketInformation = 0x1000;

    public const short PollIn = 1;

    public const int SetTimerSlack = 29;

    public const int ThisThread = 0;

    /// <summary>SCHED_RR, and SCHED_RESET_ON_FORK: threads that it starts are usual ones.</summary>
    public const int RoundRobin = 2 | 0x40000000;

    public const int EINTR = 4, EAGAIN = 11;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    public static partial int SetNamespace(SafeFileHandle space, int kind);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int IoControl(SafeFileHandle file, nuint request, Span<byte> argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle file, Span<byte> buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle file, ReadOnlySpan<byte> buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    public static partial int Poll(ref PollDescriptor descriptors, nuint count, in TimeSpec timeout, nint signalMask);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int ProcessControl(int option, nuint value);

    /// <param name="priority">struct sched_param.</param>
    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    public static partial int SetScheduler(int thread, int policy, in int priority);
}
