namespace FpingCluster.Agent.Identity;

/// <summary>This agent and the coordinator do not know one another.</summary>
/// <param name="isFinal">Asking again is no use until somebody has done something about it.</param>
internal sealed class CredentialsException(string message, bool isFinal, Exception? innerException = null) : Exception(message, innerException)
{
    public bool IsFinal => isFinal;
}
