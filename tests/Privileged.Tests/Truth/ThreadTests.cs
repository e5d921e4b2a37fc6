using FpingCluster.TestKit.Truth;

namespace FpingCluster.Privileged.Tests.Truth;

/// <summary>In which network namespace this process's own threads are.</summary>
public sealed class ThreadTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Action_inside_runs_in_another_namespace_and_the_caller_does_not()
    {
        await using var network = await TruthNetwork.Create(_ => TargetRule.Dead);
        var home = Namespace("self");

        Assert.NotEqual(home, network.RunInside(() => Namespace("thread-self")));
        Assert.Equal(home, Namespace("thread-self"));
    }

    [Fact]
    public async Task Failure_inside_comes_out()
    {
        await using var network = await TruthNetwork.Create(_ => TargetRule.Dead);

        Assert.Throws<FormatException>(() => network.RunInside<int>(() => throw new FormatException()));
    }

    [Fact]
    public async Task Pool_thread_that_was_started_inside_comes_home()
    {
        var network = await TruthNetwork.Create(_ => TargetRule.Dead);
        using var release = new ManualResetEventSlim();
        ThreadPool.GetMinThreads(out var workers, out var ports);
        try
        {
            Occupy(ThreadPool.ThreadCount + 2, ports, release);
            Assert.True(network.RunInside(() => PoolThreadStartsInside(ports, release)));
        }
        finally
        {
            release.Set();
            ThreadPool.SetMinThreads(workers, ports);
            await network.DisposeAsync();
        }

        // A thread that has just ended has none.
        var namespaces = Directory.GetDirectories("/proc/self/task").Select(task => Namespace($"self/task/{Path.GetFileName(task)}")).Distinct();
        Assert.Equal([Namespace("self")], namespaces.Where(found => found is not null));
    }

    private static string? Namespace(string thread) => new FileInfo($"/proc/{thread}/ns/net").LinkTarget;

    // One thread of the pool runs the test.
    private static void Occupy(int threads, int ports, ManualResetEventSlim release)
    {
        ThreadPool.SetMinThreads(threads, ports);
        using var occupied = new CountdownEvent(threads - 1);
        for (var i = 1; i < threads; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => { occupied.Signal(); release.Wait(); }, null);
        }

        Assert.True(occupied.Wait(Patience));
    }

    // Tests beside this one may have an idle thread of the pool, which takes the work instead of a new one; then it stays taken.
    private static bool PoolThreadStartsInside(int ports, ManualResetEventSlim release)
    {
        for (var attempt = 0; attempt < 50; attempt++)
        {
            var found = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
            ThreadPool.UnsafeQueueUserWorkItem(_ => { found.SetResult(Namespace("thread-self")); release.Wait(); }, null);
            ThreadPool.SetMinThreads(ThreadPool.ThreadCount + 1, ports);
            if (found.Task.WaitAsync(Patience).GetAwaiter().GetResult() != Namespace("self"))
            {
                return true;
            }
        }

        return false;
    }
}
