using FpingCluster.Shared.Security;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Identity;

/// <summary>The file of --token-file. It may be replaced while the agent runs, and is read whenever a token is needed.</summary>
internal sealed partial class JoinTokenFile(string path, ILogger logger)
{
    private const UnixFileMode Expected = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    private const UnixFileMode Rights = (UnixFileMode)0b111_111_111;

    private bool _isTold;

    /// <summary>Whoever writes it may come after this agent: a coordinator that starts beside it, a machine that is still being set up.</summary>
    public bool IsThere => Path.Exists(path);

    /// <exception cref="CredentialsException">There is none in it.</exception>
    public TokenText Read()
    {
        string text;
        try
        {
            TellWideRights();
            text = File.ReadAllText(path).Trim();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CredentialsException(
                $"{path}, the join token of --token-file, does not exist yet; 'fping-coordinator token create' makes one", isFinal: false, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CredentialsException($"cannot read the join token: {exception.Message.TrimEnd('.')}; see --token-file", isFinal: true, exception);
        }

        return TokenText.TryParse(text, out var token) && token.Role == TokenRole.Join
            ? token
            : throw new CredentialsException($"{path} holds no join token; 'fping-coordinator token create' makes one", isFinal: true);
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
