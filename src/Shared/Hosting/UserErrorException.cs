namespace FpingCluster.Shared.Hosting;

/// <summary>Something the user can put right: the message says what, where and how, and is all that is shown of it. The command ends with <see cref="ExitStatus"/>.</summary>
public class UserErrorException(string message, Exception? innerException = null, int exitStatus = ExitCode.BadUsage) : Exception(message, innerException)
{
    public int ExitStatus => exitStatus;
}
