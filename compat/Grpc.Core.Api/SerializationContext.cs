using System.Buffers;

namespace Grpc.Core;

/// <summary>Takes the bytes of one message from a <see cref="Marshaller{T}"/>: all at once, or through the buffer writer.</summary>
public abstract class SerializationContext
{
    public virtual void Complete(byte[] payload) => throw new NotImplementedException();

    /// <summary>Must agree with what is then written; lets the transport write the length prefix first.</summary>
    public virtual void SetPayloadLength(int payloadLength) => throw new NotImplementedException();

    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotImplementedException();

    /// <summary>Says that the buffer writer has everything.</summary>
    public virtual void Complete() => throw new NotImplementedException();
}
