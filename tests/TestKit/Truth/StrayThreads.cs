namespace FpingCluster.TestKit.Truth;

/// <summary>
/// A thread starts in the network namespace of the thread that started it, and the thread pool starts its own from whichever thread gives it work. Those that
/// came to be in a namespace are brought home before it goes: what they do next, a program that they start for instance, belongs outside.
/// </summary>
internal static class StrayThreads
{
    // The runtime's own thread, started by whichever thread came first: it runs no code of ours and starts nothing.
    private const string Compiler = ".NET Tiered Com";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    /// <summary>Of the calling thread's network namespace.</summary>
    public static string CurrentNamespace => IdentityOf("/proc/thread-self")!;

    /// <exception cref="TimeoutException">A thread does not end, and it is none of the pool.</exception>
    public static async Task BringHome(string fromNamespace)
    {
        await Wait.Until(IsDone, Patience, "the end of the threads inside the network", () => string.Join(", ", TasksIn(fromNamespace).Select(NameOf)));

        bool IsDone()
        {
            if (!TasksIn(fromNamespace).Any())
            {
                return true;
            }

            BringHomePool();
            return false;
        }
    }

    // Each worker that is free takes one item and keeps it until all have theirs.
    private static void BringHomePool()
    {
        var count = ThreadPool.ThreadCount;
        var together = new CountdownEvent(count);
        for (var i = 0; i < count; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => Return(together), null);
        }
    }

    private static void Return(CountdownEvent together)
    {
        using var home = Libc.Open($"/proc/{Environment.ProcessId}/ns/net", Libc.ReadOnly | Libc.CloseOnExec);
        Libc.SetNamespace(home, Libc.NewNetwork);
        together.Signal();
        together.Wait(Gathering);
    }

    private static IEnumerable<string> TasksIn(string networkNamespace) =>
        Directory.GetDirectories("/proc/self/task").Where(task => IdentityOf(task) == networkNamespace && NameOf(task) is not (null or Compiler));

    // A thread that has just ended has none.
    private static string? NameOf(string task)
    {
        try
        {
            return File.ReadAllText($"{task}/comm").Trim();
        }
        catch (IOException)
        {
            return null;
        }
    }

    // A thread that has just ended has none.
    private static string? IdentityOf(string task) => new FileInfo($"{task}/ns/net").LinkTarget;
}
