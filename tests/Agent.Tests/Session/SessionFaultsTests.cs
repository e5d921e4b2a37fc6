using System.Net.Sockets;
using FpingCluster.Agent.Session;
using Grpc.Core;

namespace FpingCluster.Agent.Tests.Session;

public class SessionFaultsTests
{
    [Theory]
    [InlineData(StatusCode.Unauthenticated)]
    [InlineData(StatusCode.PermissionDenied)]
    [InlineData(StatusCode.FailedPrecondition)]
    [InlineData(StatusCode.Unimplemented)]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.ResourceExhausted)]
    public void Status_after_which_asking_again_is_no_use_is_a_rejection(StatusCode code)
    {
        var end = SessionFaults.Classify(new RpcException(new Status(code, "because.")))!;

        Assert.Equal(SessionOutcome.Rejected, end.Outcome);
        Assert.StartsWith("because; ", end.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.Cancelled)]
    [InlineData(StatusCode.Unknown)]
    [InlineData(StatusCode.DeadlineExceeded)]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Aborted)]
    [InlineData(StatusCode.AlreadyExists)]
    public void Any_other_status_passes(StatusCode code)
    {
        var end = SessionFaults.Classify(new RpcException(new Status(code, "")))!;

        Assert.Equal((SessionOutcome.Unreachable, $"it ended the session with {code}"), (end.Outcome, end.Why));
    }

    [Fact]
    public void Exhausted_connection_passes_though_an_oversize_message_does_not()
    {
        var calm = new Status(StatusCode.ResourceExhausted, "slow down", new IOException("ENHANCE_YOUR_CALM"));

        Assert.Equal(SessionOutcome.Unreachable, SessionFaults.Classify(new RpcException(calm))!.Outcome);
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused, "connection refused")]
    [InlineData(SocketError.HostNotFound, "its host name is not known")]
    [InlineData(SocketError.NetworkUnreachable, "no route to it")]
    [InlineData(SocketError.ConnectionReset, "the connection was closed")]
    public void Trouble_of_the_network_is_said_in_words(SocketError error, string words)
    {
        var cause = new HttpRequestException("long story", new SocketException((int)error));

        Assert.Equal(words, SessionFaults.Classify(new RpcException(new Status(StatusCode.Unavailable, "longer story", cause)))!.Why);
    }

    [Fact]
    public void Anything_else_is_a_bug_and_not_caught() => Assert.Null(SessionFaults.Classify(new InvalidOperationException("bug")));
}
