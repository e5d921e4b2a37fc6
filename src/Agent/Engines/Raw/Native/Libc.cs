using System.Runtime.InteropServices;

namespace FpingCluster.Agent.Engines.Raw.Native;

/// <summary>
/// The system calls of the raw engine. All return -1 with errno set on failure; where the platform's own sockets have no equivalent: batches,
/// kernel timestamps, ICMP datagram sockets, filters.
/// </summary>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSocketOption(int descriptor, int level, int option, void* value, uint length);

    [LibraryImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSocketOption(int descriptor, int level, int option, void* value, uint* length);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int descriptor, void* address, uint length);

    [LibraryImport(Library, EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetSocketName(int descriptor, void* address, uint* length);

    [LibraryImport(Library, EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMessages(int descriptor, MessageHeader* messages, uint count, int flags);

    [LibraryImport(Library, EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMessages(int descriptor, MessageHeader* messages, uint count, int flags, TimeSpec* timeout);

    [LibraryImport(Library, EntryPoint = "ppoll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, ulong count, TimeSpec* timeout, void* signals);

    /// <summary>Takes some 20 ns (no system call), so the garbage collector may wait for it.</summary>
    [LibraryImport(Library, EntryPoint = "clock_gettime")]
    [SuppressGCTransition]
    public static partial int ReadClock(int clock, TimeSpec* time);

    [LibraryImport(Library, EntryPoint = "prctl", SetLastError = true)]
    public static partial int ProcessControl(int option, ulong value, ulong third, ulong fourth, ulong fifth);

    /// <summary>sched_setattr, which libc has no function for.</summary>
    /// <param name="number">Of the system call on this architecture.</param>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    public static partial long SetScheduling(long number, int thread, SchedulingAttributes* attributes, uint flags);
}
