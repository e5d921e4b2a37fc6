using System.Globalization;

namespace FpingCluster.Agent.Diagnostics;

/// <summary>
/// What the kernel says in /proc and /sys. A file that is absent or not to be read says nothing: which ones there are depends on kernel and container.
/// </summary>
/// <param name="root">"/" but for tests.</param>
internal sealed class HostFiles(string root = "/")
{
    public string ProcRoot => Path.Combine(root, "proc");

    /// <param name="path">Without a leading slash.</param>
    public string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(root, path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public string? ReadLine(string path) => ReadLines(path).FirstOrDefault()?.Replace('\t', ' ').Trim();

    public long? ReadNumber(string path) =>
        long.TryParse(ReadLine(path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
