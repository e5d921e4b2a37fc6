namespace FpingCluster.Shared.Hosting;

/// <summary>An output file cannot be written; what was there before is still there.</summary>
public sealed class OutputException(string path, string cause, string remedy, Exception? innerException = null)
    : UserErrorException($"cannot write '{path}': {cause}; {remedy}", innerException)
{
    private const int NoSpace = 28, ReadOnlyFileSystem = 30, BrokenPipe = 32, QuotaExceeded = 122;

    public string Path => path;

    public static OutputException From(string path, Exception exception) => exception switch
    {
        DirectoryNotFoundException => new(path, "its folder does not exist", "create the folder or name another file", exception),
        UnauthorizedAccessException when Directory.Exists(path) => new(path, "it is a folder", "name a file", exception),
        UnauthorizedAccessException => new(path, "permission denied", "make the folder and the file writable for this user or name another file", exception),
        IOException { HResult: NoSpace or QuotaExceeded } => new(path, "the disk is full", "free some space or name a file on another disk", exception),
        IOException { HResult: ReadOnlyFileSystem } => new(path, "the file system is read-only", "name a file on a writable one", exception),
        IOException { HResult: BrokenPipe } => new(path, "its reader has gone", "let the reader read to the end", exception),
        _ => new(path, exception.Message, "name another file", exception),
    };
}
