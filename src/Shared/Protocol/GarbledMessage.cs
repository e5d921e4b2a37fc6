using Google.Protobuf;

namespace FpingCluster.Shared.Protocol;

/// <summary>Tells bytes that are no message of the protocol from a defect of ours.</summary>
public static class GarbledMessage
{
    /// <summary>
    /// Whether reading a message fails so when its bytes are none. Google.Protobuf throws its own exception, except where a claimed length near 2 GB overflows its sums;
    /// gRPC's framing throws <see cref="InvalidDataException"/>. Ask it of nothing but the reading.
    /// </summary>
    public static bool Explains(Exception exception) =>
        exception is InvalidProtocolBufferException or InvalidDataException or IndexOutOfRangeException or ArgumentException or OverflowException;
}
