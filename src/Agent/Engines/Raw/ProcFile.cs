using Microsoft.Win32.SafeHandles;

namespace FpingCluster.Agent.Engines.Raw;

/// <summary>A file of /proc that is read again and again: each reading from its start has the numbers of that moment.</summary>
internal sealed class ProcFile : IDisposable
{
    private readonly SafeFileHandle? _handle;

    /// <summary>A file that is absent or not to be read is an empty one.</summary>
    public ProcFile(string path)
    {
        try
        {
            _handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _handle = null;
        }
    }

    public ReadOnlySpan<byte> Read(Span<byte> buffer)
    {
        if (_handle is null)
        {
            return default;
        }

        var length = 0;
        while (length < buffer.Length && RandomAccess.Read(_handle, buffer[length..], length) is > 0 and var read)
        {
            length += read;
        }

        return buffer[..length];
    }

    public void Dispose() => _handle?.Dispose();
}
