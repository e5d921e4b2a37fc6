using System.Collections.Concurrent;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Shared.Tests.Targets;

/// <summary>Knows some names; asked for one called "silent", it never answers, and is deaf to cancellation.</summary>
internal sealed class FakeNameResolver(params (string Name, string Address)[] known) : INameResolver
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;

    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>Answers wait for <see cref="Release"/>.</summary>
    public bool Holds { get; init; }

    public int MaxRunning { get; private set; }

    public SemaphoreSlim Started { get; } = new(0);

    public void Release() => _release.SetResult();

    public async Task<NameAnswer> ResolveAsync(string hostName, CancellationToken cancellation)
    {
        Asked.Enqueue(hostName);
        lock (Asked)
        {
            MaxRunning = Math.Max(MaxRunning, ++_running);
        }

        Started.Release();
        if (hostName == "silent")
        {
            await new TaskCompletionSource().Task;
        }

        if (Holds)
        {
            await _release.Task;
        }

        lock (Asked)
        {
            _running--;
        }

        var addresses = known.Where(entry => entry.Name == hostName).Select(entry => TargetAddress.Parse(entry.Address)).ToArray();
        return addresses.Length > 0 ? new NameAnswer(addresses) : new NameAnswer([], "no such host name");
    }
}
