using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using Google.Protobuf;

namespace FpingCluster.Agent.Spooling;

/// <summary>A batch in a segment: the length and the CRC-32C of its bytes (4 bytes each, little-endian), then the bytes.</summary>
internal static class SpoolRecord
{
    public const int HeaderBytes = 8;

    public static int SizeOf(ResultBatch batch) => HeaderBytes + batch.CalculateSize();

    /// <param name="record">Exactly as long as <see cref="SizeOf"/> says.</param>
    public static void Write(ResultBatch batch, Span<byte> record)
    {
        var body = record[HeaderBytes..];
        batch.WriteTo(body);
        BinaryPrimitives.WriteInt32LittleEndian(record, body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Checksum(body));
    }

    /// <summary>How long the body is; null when this is no header. Zeros are none: a power cut leaves them behind.</summary>
    public static int? BodyLength(ReadOnlySpan<byte> header)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        return length is > 0 and <= MessageLimits.MaxBytes ? length : null;
    }

    /// <summary>Null when it is not what was written.</summary>
    public static ResultBatch? Read(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) != Checksum(body))
        {
            return null;
        }

        try
        {
            return ResultBatch.Parser.ParseFrom(body);
        }
        catch (Exception exception) when (GarbledMessage.Explains(exception))
        {
            return null;
        }
    }

    private static uint Checksum(ReadOnlySpan<byte> body)
    {
        var crc = ~0u;
        var words = MemoryMarshal.Cast<byte, ulong>(body);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (var octet in body[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, octet);
        }

        return ~crc;
    }
}
