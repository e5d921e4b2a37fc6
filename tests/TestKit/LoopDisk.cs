namespace FpingCluster.TestKit;

/// <summary>An ext4 file system in a file, which can turn read-only under open files as a real one does after a disk error. Mounting needs root.</summary>
public sealed class LoopDisk : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fpingcluster-disk-");
    private bool _isMounted;

    public LoopDisk(long bytes)
    {
        using (var image = new FileStream(Image, FileMode.CreateNew))
        {
            image.SetLength(bytes);
        }

        HostCommand.Run("mkfs.ext4", "-q", Image);
        Directory.CreateDirectory(Path);
        Mount();
    }

    public string Path => System.IO.Path.Combine(_folder.FullName, "mounted");

    private string Image => System.IO.Path.Combine(_folder.FullName, "image");

    /// <summary>Nothing is written any more, not even to files that are open; until it is mounted anew.</summary>
    public void TurnReadOnly() => HostCommand.Run("mount", "-o", "remount,abort", Path);

    /// <summary>After whoever used it has ended: unmounts, repairs and mounts it again.</summary>
    public void Repair()
    {
        Unmount();
        // 1: errors were corrected.
        HostCommand.Run("sh", "-c", $"fsck.ext4 -p '{Image}' >/dev/null || [ $? -eq 1 ]");
        Mount();
    }

    public void Dispose()
    {
        if (_isMounted)
        {
            // Lazily: after a failure somebody may still use it.
            HostCommand.Run("umount", "--lazy", Path);
        }

        _folder.Delete(recursive: true);
    }

    private void Mount()
    {
        HostCommand.Run("mount", "-o", "loop", Image, Path);
        _isMounted = true;
    }

    private void Unmount()
    {
        HostCommand.Run("umount", Path);
        _isMounted = false;
    }
}
