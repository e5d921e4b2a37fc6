namespace FpingCluster.Shared.Configuration;

/// <summary>Which probe engine is asked for; <see cref="Auto"/> takes the best that the agent proved in its self-test.</summary>
public enum EngineKind
{
    Auto,
    Raw,
    Fping,
    Simulated,
}
