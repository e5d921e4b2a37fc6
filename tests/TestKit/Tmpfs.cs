namespace FpingCluster.TestKit;

/// <summary>A small file system of its own, so that a disk can be full or read-only for real. Mounting needs root; without it the test fails and says so.</summary>
public sealed class Tmpfs : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fpingcluster-tmpfs-");

    public Tmpfs(string options)
    {
        HostCommand.Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", Path);
    }

    public string Path => _folder.FullName;

    private string Filler => System.IO.Path.Combine(Path, "filler");

    /// <summary>Leaves no room for another byte.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        for (var block = new byte[4096]; ;)
        {
            try
            {
                file.Write(block);
            }
            catch (IOException)
            {
                return;
            }
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    /// <summary>Makes one file read-only, for root as well, until what is returned is disposed.</summary>
    public static IDisposable ProtectFile(string path)
    {
        HostCommand.Run("mount", "--bind", path, path);
        HostCommand.Run("mount", "-o", "remount,bind,ro", path);
        return new Protection(path);
    }

    public void MakeReadOnly() => HostCommand.Run("mount", "-o", "remount,ro", Path);

    public void Dispose()
    {
        HostCommand.Run("umount", Path);
        _folder.Delete();
    }

    private sealed class Protection(string path) : IDisposable
    {
        public void Dispose() => HostCommand.Run("umount", path);
    }
}
