using System.Text.Json;
using System.Text.Json.Serialization;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Security;

/// <summary>An agent id as it is written everywhere: 32 hexadecimal digits.</summary>
internal sealed class AgentIdConverter : JsonConverter<AgentId>
{
    public override AgentId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Guid.TryParseExact(reader.GetString(), "N", out var id) ? new AgentId(id) : throw new JsonException("an agent id is 32 hexadecimal digits");

    public override void Write(Utf8JsonWriter writer, AgentId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
