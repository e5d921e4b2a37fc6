using FpingCluster.Shared.Security;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Identity;

/// <summary>The file of --token-file. It may be replaced while the agent runs, and is read whenever a token is needed.</summary>
internal sealed partial class JoinTokenFile(string path, ILogger logger)
{
    private const UnixFileMode Expected = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    private const UnixFileMode Rights = (UnixFileMode)0b111_111_111;

    private bool _isTold;

    /// <summary>Refuses a file that is no use. One that is not there may come: of a coordinator that starts beside this agent, of whoever sets this machine up.</summary>
    /// <exception cref="CredentialsException">There is none in it.</exception>
    public void Require()
    {
        try
        {
            Read();
        }
        catch (CredentialsException missing) when (missing.InnerException is FileNotFoundException or DirectoryNotFoundException)
        {
            // Waited for, and told at the first dial.
        }
    }

    /// <exception cref="CredentialsException">There is none in it; not finally, where somebody may be in the middle of writing it.</exception>
    public TokenText Read()
    {
        string text;
        try
        {
            text = File.ReadAllText(path).Trim();
            TellWideRights();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CredentialsException(
                $"{path}, the join token of --token-file, does not exist yet; 'fping-coordinator token create' makes one", isFinal: false, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CredentialsException($"cannot read the join token: {exception.Message.TrimEnd('.')}; see --token-file", isFinal: exception is not UnauthorizedAccessException, exception);
        }

        return TokenText.TryParse(text, out var token) && token.Role == TokenRole.Join
            ? token
            : throw new CredentialsException($"{path} holds no join token; 'fping-coordinator token create' makes one", isFinal: text.Length > 0);
    }

    /// <summary>The pin of the CA, if there is a token to be read.</summary>
    public string? TryReadPin()
    {
        try
        {
            return Read().CaPin;
        }
        catch (CredentialsException)
        {
            return null;
        }
    }

    private void TellWideRights()
    {
        if (!_isTold && (File.GetUnixFileMode(path) & Rights & ~Expected) != 0)
        {
            _isTold = true;
            Log.WideRights(logger, path);
        }
    }
}
