using Grpc.Core;

namespace FpingCluster.Compat.Tests.Contracts;

public sealed class CallOptionsTests
{
    [Fact]
    public void Options_change_in_a_copy_only()
    {
        using var cancellation = new CancellationTokenSource();
        var headers = new Metadata();
        var credentials = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);
        var original = new CallOptions(deadline: DateTime.UnixEpoch);

        var changed = original.WithHeaders(headers).WithDeadline(DateTime.MaxValue).WithCancellationToken(cancellation.Token)
            .WithWriteOptions(WriteOptions.Default).WithCredentials(credentials).WithWaitForReady();

        Assert.Equal(new CallOptions(deadline: DateTime.UnixEpoch), original);
        Assert.Same(headers, changed.Headers);
        Assert.Equal(DateTime.MaxValue, changed.Deadline);
        Assert.Equal(cancellation.Token, changed.CancellationToken);
        Assert.Same(WriteOptions.Default, changed.WriteOptions);
        Assert.Same(credentials, changed.Credentials);
        Assert.True(changed.IsWaitForReady);
    }
}
