using System.Globalization;

namespace FpingCluster.TestKit.Programs;

/// <summary>The processes that a process started, from /proc. A dead one whose parent has not asked for it yet counts as ended.</summary>
public static class ChildProcesses
{
    private const char Zombie = 'Z';

    /// <param name="command">Only those whose program has this name (its first 15 characters).</param>
    public static IReadOnlyList<int> Of(int parent, string command) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && Status(id) is { } status && status.Parent == parent && status.Command == command && status.State != Zombie),
    ];

    public static bool IsAlive(int id, string command) => Status(id) is { } status && status.Command == command && status.State != Zombie;

    // /proc/N/stat: id (command) state parent …; the command may hold blanks and parentheses.
    private static (string Command, char State, int Parent)? Status(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            var (open, close) = (text.IndexOf('('), text.LastIndexOf(')'));
            var rest = text[(close + 2)..].Split(' ');
            return (text[(open + 1)..close], rest[0][0], int.Parse(rest[1], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
