namespace FpingCluster.Compat.Tests.Loopback;

/// <summary>Signals when <see cref="Mirror.MirrorClient.Wait(Value, Grpc.Core.CallOptions)"/> has begun and ended at the server.</summary>
internal sealed class WaitingCalls
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Begun => _begun.Task;

    public Task Ended => _ended.Task;

    public void Begin() => _begun.SetResult();

    public void End() => _ended.SetResult();
}
