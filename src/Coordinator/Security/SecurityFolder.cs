using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Security;

/// <summary>DATA_DIR/security, and what is in it: for this user alone, certificates excepted.</summary>
internal sealed class SecurityFolder
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateFolder = Private | UnixFileMode.UserExecute;
    private const UnixFileMode Readable = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // Not the set-group-ID bit, which lets nobody in: every folder in a volume with Kubernetes' fsGroup inherits it.
    private const UnixFileMode Rights = (UnixFileMode)0b111_111_111;

    private SecurityFolder(string path) => Path = path;

    public string Path { get; }

    /// <exception cref="UserErrorException">It cannot be used, or others may read or write what is in it: told with all that is to be done.</exception>
    public static SecurityFolder Open(string dataDir)
    {
        var path = System.IO.Path.Combine(dataDir, "security");
        try
        {
            Directory.CreateDirectory(dataDir);
            Directory.CreateDirectory(path, PrivateFolder);
            var faults = Directory.EnumerateFiles(path).Order(StringComparer.Ordinal)
                .Select(file => Fault(file, IsCertificate(file) ? Readable : Private)).Prepend(Fault(path, PrivateFolder)).OfType<string>().ToList();
            return faults.Count == 0 ? new SecurityFolder(path) : throw new UserErrorException(string.Join(Environment.NewLine, faults));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                $"cannot use {path}: {exception.Message.TrimEnd('.')}; make it a folder of this user's own, or name another data folder", exception);
        }
    }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <returns>Null when there is no such file.</returns>
    /// <exception cref="UserErrorException">It cannot be read.</exception>
    public byte[]? Read(string name)
    {
        try
        {
            return File.Exists(PathOf(name)) ? File.ReadAllBytes(PathOf(name)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot read {PathOf(name)}: {exception.Message.TrimEnd('.')}; make it readable for this user", exception);
        }
    }

    /// <summary>Whole or not at all, and durable when it returns.</summary>
    /// <exception cref="OutputException">What was there before is still there.</exception>
    public void Write(string name, byte[] content)
    {
        using var file = AtomicFile.Replace(PathOf(name), IsCertificate(name) ? Readable : Private);
        file.Write(stream => stream.Write(content));
    }

    private static bool IsCertificate(string file) => file.EndsWith(".crt", StringComparison.Ordinal);

    private static string? Fault(string path, UnixFileMode widest)
    {
        var mode = File.GetUnixFileMode(path) & Rights;
        return (mode & ~widest) == 0
            ? null
            : $"others may use {path} (mode {Octal(mode)}), which is for this user alone; chmod {Octal(widest)} {path}";
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');
}
