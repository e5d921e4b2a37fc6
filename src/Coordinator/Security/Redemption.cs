namespace FpingCluster.Coordinator.Security;

/// <summary>An agent that took one use of a join token. It may come again for the same: the answer may have been lost.</summary>
/// <param name="Key">SHA-256 of the SubjectPublicKeyInfo of its key, in hex.</param>
internal sealed record Redemption(string Agent, string Key);
