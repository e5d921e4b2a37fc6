namespace FpingCluster.Coordinator.Storage;

/// <summary>The database file.</summary>
/// <param name="Setting">What the user calls its folder: a key or an option.</param>
internal sealed record StoreFile(string Path, string Setting)
{
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;
}
