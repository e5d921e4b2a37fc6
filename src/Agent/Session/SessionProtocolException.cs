namespace FpingCluster.Agent.Session;

/// <summary>The coordinator said what the protocol does not allow.</summary>
internal sealed class SessionProtocolException(string message) : Exception(message);
