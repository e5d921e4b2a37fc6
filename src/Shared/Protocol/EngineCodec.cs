using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Protocol.V1;

namespace FpingCluster.Shared.Protocol;

/// <summary>Engines as the wire names them: an enum for what an agent can do, a word for what a probe asks for.</summary>
public static class EngineCodec
{
    /// <exception cref="ArgumentOutOfRangeException">"auto" is a wish, not an engine that an agent has.</exception>
    public static Engine ToWire(EngineKind kind) => kind switch
    {
        EngineKind.Raw => Engine.Raw,
        EngineKind.Fping => Engine.Fping,
        EngineKind.Simulated => Engine.Simulated,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not an engine"),
    };

    /// <summary>Null for an engine that this version does not know.</summary>
    public static EngineKind? FromWire(Engine engine) => engine switch
    {
        Engine.Raw => EngineKind.Raw,
        Engine.Fping => EngineKind.Fping,
        Engine.Simulated => EngineKind.Simulated,
        _ => null,
    };

    public static string ToWord(EngineKind kind) => kind switch
    {
        EngineKind.Auto => "auto",
        EngineKind.Raw => "raw",
        EngineKind.Fping => "fping",
        EngineKind.Simulated => "simulated",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not an engine"),
    };

    public static EngineKind? FromWord(string word) => word switch
    {
        "auto" => EngineKind.Auto,
        "raw" => EngineKind.Raw,
        "fping" => EngineKind.Fping,
        "simulated" => EngineKind.Simulated,
        _ => null,
    };
}
