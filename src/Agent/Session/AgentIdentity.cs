using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Agent.Session;

/// <summary>
/// Who this agent is, from start to start: an id in its data directory, which belongs to this process alone until it is disposed; and a boot id of this start.
/// </summary>
internal sealed class AgentIdentity : IDisposable
{
    private const string FileName = "agent-id";

    private readonly string _dataDirectory;
    private readonly FileStream _lock;

    private AgentIdentity(string dataDirectory, AgentId agentId, FileStream lockFile) => (_dataDirectory, AgentId, _lock) = (dataDirectory, agentId, lockFile);

    public AgentId AgentId { get; private set; }

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
            return new AgentIdentity(dataDirectory, ReadOrMake(dataDirectory), lockFile);
        }
        catch
        {
            lockFile.Dispose();
            throw;
        }
    }

    /// <summary>Becomes a new agent, because another has this identity. At every instant there is one whole id under its name.</summary>
    /// <param name="now">For the name under which the old id is kept.</param>
    /// <returns>Where the old id is kept.</returns>
    /// <exception cref="UserErrorException">The new id cannot be kept.</exception>
    public string Renew(DateTimeOffset now)
    {
        var path = Path.Combine(_dataDirectory, FileName);
        var kept = $"{path}.cloned-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}";
        try
        {
            File.Copy(path, kept, overwrite: true);
            AgentId = Make(path);
            return kept;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(_dataDirectory, exception);
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
        var path = Path.Combine(dataDirectory, FileName);
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

        File.Move(temporary, path, overwrite: true);
        return id;
    }

    private static UserErrorException Unusable(string dataDirectory, Exception exception) => new(
        $"data directory '{dataDirectory}' cannot be used: {exception.Message.TrimEnd('.')}; make it writable for this user, or name another with --data-dir", exception);
}
