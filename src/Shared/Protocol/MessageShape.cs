using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace FpingCluster.Shared.Protocol;

/// <summary>
/// Walks through the fields of a message before it is parsed. Google.Protobuf takes a length near 2 GB at its word and makes room for a part of it before it finds the
/// message's end; here no field may be longer than what there is of it.
/// </summary>
public static class MessageShape
{
    private const int Varint = 0, Fixed64 = 1, LengthDelimited = 2, Fixed32 = 5;

    /// <exception cref="InvalidDataException">A field claims more bytes than follow, or is none.</exception>
    /// <exception cref="InvalidProtocolBufferException">The bytes are no such message in another way.</exception>
    public static T Parse<T>(MessageParser<T> parser, ReadOnlySequence<byte> payload)
        where T : IMessage<T>
    {
        var reader = new SequenceReader<byte>(payload);
        Check(ref reader, payload.Length, Descriptor<T>.Of);
        return parser.ParseFrom(payload);
    }

    private static void Check(ref SequenceReader<byte> reader, long end, MessageDescriptor type)
    {
        while (reader.Consumed < end)
        {
            var tag = ReadVarint(ref reader, end);
            switch ((int)(tag & 7))
            {
                case Varint:
                    ReadVarint(ref reader, end);
                    break;
                case Fixed64:
                    Skip(ref reader, end, sizeof(ulong));
                    break;
                case Fixed32:
                    Skip(ref reader, end, sizeof(uint));
                    break;
                case LengthDelimited:
                    var length = ReadVarint(ref reader, end);
                    if (length <= (ulong)(end - reader.Consumed) && type.FindFieldByNumber((int)(tag >> 3)) is { FieldType: FieldType.Message } field)
                    {
                        Check(ref reader, reader.Consumed + (long)length, field.MessageType);
                    }
                    else
                    {
                        Skip(ref reader, end, length);
                    }

                    break;
                default:
                    throw new InvalidDataException($"a field of wire type {tag & 7} in {type.Name}");
            }
        }
    }

    private static void Skip(ref SequenceReader<byte> reader, long end, ulong length)
    {
        if (length > (ulong)(end - reader.Consumed))
        {
            throw new InvalidDataException($"a field claims {length:N0} bytes, and {end - reader.Consumed:N0} follow");
        }

        reader.Advance((long)length);
    }

    private static ulong ReadVarint(ref SequenceReader<byte> reader, long end)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64 && reader.Consumed < end && reader.TryRead(out var part); shift += 7)
        {
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number has no end");
    }

    private static class Descriptor<T>
        where T : IMessage<T>
    {
        public static readonly MessageDescriptor Of = Activator.CreateInstance<T>().Descriptor;
    }
}
