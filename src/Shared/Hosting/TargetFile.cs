using FpingCluster.Shared.Targets;

namespace FpingCluster.Shared.Hosting;

/// <summary>The text of a target list on disk or on standard input.</summary>
public static class TargetFile
{
    /// <param name="path">"-" is standard input.</param>
    public static TargetInput Input(string path) =>
        path == "-" ? new TargetInput("stdin", Console.OpenStandardInput) : new TargetInput(path, () => Open(path));

    private static FileStream Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new IOException("it is a directory; name a file");
        }

        try
        {
            // No buffer: the reader has its own.
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException("there is no such file; check the path", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException("permission denied; make it readable for this user", e);
        }
    }
}
