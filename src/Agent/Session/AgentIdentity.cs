using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Agent.Session;

/// <summary>
/// Who this agent is, from start to start: an id in its data directory, which belongs to this process alone until it is disposed; and a boot id of this start.
/// </summary>
internal sealed class AgentIdentity : IDisposable
{
    private readonly FileStream _lock;

    private AgentIdentity(AgentId agentId, FileStream lockFile) => (AgentId, _lock) = (agentId, lockFile);

    public AgentId AgentId { get; }

    public Guid BootId { get; } = Guid.NewGuid();

    /// <exception cref="UserErrorException">The directory cannot be used, or another agent uses it.</exception>
    public static AgentIdentity Open(string dataDirectory)
    {
        try
        {
            Directory.CreateDirectory(dataDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(dataDirectory, exception);
        }

        var lockFile = Lock(dataDirectory);
        try
        {
            return new AgentIdentity(ReadOrMake(dataDirectory), lockFile);
        }
        catch
        {
            lockFile.Dispose();
            throw;
        }
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string dataDirectory)
    {
        try
        {
            return new FileStream(Path.Combine(dataDirectory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw Unusable(dataDirectory, exception);
        }
        catch (IOException exception)
        {
            throw new UserErrorException(
                $"data directory '{dataDirectory}' is in use by another agent; stop that one, or give this one a directory of its own with --data-dir", exception);
        }
    }

    private static AgentId ReadOrMake(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, "agent-id");
        try
        {
            if (!File.Exists(path))
            {
                return Make(path);
            }

            var text = File.ReadAllText(path).Trim();
            return Guid.TryParseExact(text, "N", out var id)
                ? new AgentId(id)
                : throw new UserErrorException($"'{path}' does not hold an agent id (32 hexadecimal digits); restore it, or delete it to join as a new agent");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(dataDirectory, exception);
        }
    }

    // Renamed into place when it is on the disk: a power cut leaves no id or a whole one.
    private static AgentId Make(string path)
    {
        var id = new AgentId(Guid.NewGuid());
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new FileStream(temporary, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(id.ToString() + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path);
        return id;
    }

    private static UserErrorException Unusable(string dataDirectory, Exception exception) => new(
        $"data directory '{dataDirectory}' cannot be used: {exception.Message.TrimEnd('.')}; make it writable for this user, or name another with --data-dir", exception);
}
