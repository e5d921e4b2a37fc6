namespace FpingCluster.Agent.Engines.Raw.Native;

/// <summary>Numbers of the Linux headers; the same on x86-64 and arm64.</summary>
internal static class Constants
{
    public const int FamilyIPv4 = 2, FamilyIPv6 = 10;

    public const int TypeDatagram = 2, TypeRaw = 3, NonBlocking = 0x800, CloseOnExec = 0x80000;

    public const int ProtocolIcmp = 1, ProtocolIcmpV6 = 58;

    // Levels.
    public const int LevelIPv4 = 0, LevelSocket = 1, LevelIPv6 = 41, LevelIcmpV6 = 58, LevelRaw = 255;

    // Options of LevelSocket.
    public const int SendBuffer = 7, ReceiveBuffer = 8, AttachFilter = 26, ReceiveBufferForce = 33, TimestampNs = 35, MemoryInfo = 55;

    // Options of the protocols.
    public const int IcmpFilter = 1, IPv4ReceiveError = 11, IPv6ReceiveError = 25;

    // Flags of calls and of messages.
    public const int DontWait = 0x40, Truncated = 0x20, FromErrorQueue = 0x2000;

    public const int ClockRealtime = 0, ClockMonotonic = 1;

    public const int SetTimerSlack = 29;

    // errno.
    public const int EPERM = 1, EINTR = 4, EAGAIN = 11, ENOMEM = 12, EACCES = 13, ENETDOWN = 100, ENETUNREACH = 101, ENOBUFS = 105, EAFNOSUPPORT = 97;
}
