using System.Text;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Security;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Security;

/// <summary>
/// Keeps a valid join token in a file, for agents that are given the file and not a token: those of a one-shot run, of a compose project, of VMs with a shared volume.
/// A new one takes its place when the old has a third of its time left, or no use; the old one stays valid for who has just read it.
/// </summary>
internal sealed partial class JoinTokenKeeper(
    JoinTokenSettings settings, UnixFileMode mode, TokenBook tokens, CertificateAuthority authority, AuditLog audit, TimeProvider time, ILogger<JoinTokenKeeper> logger)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private ITimer? _timer;
    private string? _good;

    /// <exception cref="UserErrorException">The file cannot be written.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Keep();
        _timer = time.CreateTimer(_ => KeepOrTell(), null, LookInterval, LookInterval);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    private void KeepOrTell()
    {
        try
        {
            Keep();
        }
        catch (UserErrorException exception)
        {
            Log.NotKept(logger, exception.Message);
        }
    }

    private void Keep()
    {
        lock (_gate)
        {
            if (Read() is { } kept && IsGood(kept))
            {
                return;
            }

            var token = tokens.Create(TokenRole.Join, Path.GetFileName(settings.File), settings.Ttl, settings.Uses, AuditActor.Coordinator.ToString(), out var text);
            audit.Write(new AuditEntry { Who = AuditActor.Coordinator, What = "token.create", On = token.ToString(), Why = $"kept in {settings.File}" });
            using var file = AtomicFile.Replace(settings.File, mode);
            file.Write(stream => stream.Write(Encoding.ASCII.GetBytes(text + "\n")));
        }
    }

    private bool IsGood(string text)
    {
        // Its secret is checked once for each content: a check counts as a use of the token.
        if (!TokenText.TryParse(text, out var token) || token.CaPin != authority.Pin || (text != _good && !tokens.Check(text, TokenRole.Join).IsValid))
        {
            return false;
        }

        _good = text;
        return tokens.Find(token.Id) is { ExpiresAt: { } end } found && tokens.StateOf(found) == TokenOutcome.Valid && end - time.GetUtcNow() > settings.Ttl / 3;
    }

    private string? Read()
    {
        try
        {
            return File.ReadAllText(settings.File).Trim();
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw OutputException.From(settings.File, exception);
        }
    }
}
