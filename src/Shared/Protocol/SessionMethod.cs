using FpingCluster.Shared.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;

namespace FpingCluster.Shared.Protocol;

/// <summary>The one method of the wire, as the generated code has it, but that it looks at what a message claims to be before it believes any of it.</summary>
public static class SessionMethod
{
    public static Method<AgentMessage, CoordinatorMessage> Definition { get; } = new(
        MethodType.DuplexStreaming,
        AgentGateway.Descriptor.FullName,
        AgentGateway.Descriptor.Methods[0].Name,
        Marshal(AgentMessage.Parser),
        Marshal(CoordinatorMessage.Parser));

    /// <summary>In place of the generated registration, which an attribute on the service names.</summary>
    public static void Bind(ServiceBinderBase binder, AgentGateway.AgentGatewayBase? service) =>
        binder.AddMethod(Definition, service is null ? null : new DuplexStreamingServerMethod<AgentMessage, CoordinatorMessage>(service.Session));

    private static Marshaller<T> Marshal<T>(MessageParser<T> parser)
        where T : IMessage<T>, IBufferMessage =>
        Marshallers.Create<T>(Write, context => MessageShape.Parse(parser, context.PayloadAsReadOnlySequence()));

    private static void Write<T>(T message, SerializationContext context)
        where T : IMessage<T>, IBufferMessage
    {
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }
}
