using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli.Client;

/// <summary>An answer that is passed on as it comes, however long it is.</summary>
internal sealed class ApiDownload(HttpResponseMessage response, Stream content, string address) : IDisposable
{
    /// <exception cref="UserErrorException">The answer broke off. Errors of the destination are thrown as they are.</exception>
    public void CopyTo(Stream destination, CancellationToken cancellationToken)
    {
        using var cancel = cancellationToken.Register(response.Dispose);
        var buffer = new byte[64 * 1024];
        while (Read(buffer, cancellationToken) is > 0 and var count)
        {
            destination.Write(buffer, 0, count);
        }
    }

    public void Dispose() => response.Dispose();

    private int Read(byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return content.Read(buffer);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or ObjectDisposedException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new UserErrorException(
                $"the answer of {address} broke off: {exception.Message.TrimEnd('.')}; ask again, and if it happens again see the coordinator's log",
                exception,
                ExitCode.Incomplete);
        }
    }
}
