namespace FpingCluster.TestKit;

/// <summary>A folder of a test's own, deleted with all that is in it.</summary>
public sealed class WorkFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("fpc-test-").FullName;

    /// <summary>Names of everything in it, hidden files included, in order.</summary>
    public IReadOnlyList<string> Names => [.. Directory.EnumerateFileSystemEntries(Root).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public string PathOf(string name) => Path.Combine(Root, name);

    /// <returns>The file's path.</returns>
    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
