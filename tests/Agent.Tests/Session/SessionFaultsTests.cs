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
        var end = SessionFaults.Classify(new RpcException(new Status(code, "because.")), welcomed: true)!;

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
    public void Any_other_status_passes(StatusCode code)
    {
        var end = SessionFaults.Classify(new RpcException(new Status(code, "")), welcomed: true)!;

        Assert.Equal((SessionOutcome.Unreachable, $"it ended the session with {code}"), (end.Outcome, end.Why));
    }

    [Fact]
    public void Identity_of_another_agent_is_told_only_in_place_of_a_Welcome()
    {
        var taken = new RpcException(new Status(StatusCode.AlreadyExists, "another agent with this identity is connected"));

        var end = SessionFaults.Classify(taken, welcomed: false)!;

        Assert.Equal((SessionOutcome.IdentityTaken, "another agent with this identity is connected"), (end.Outcome, end.Why));
        Assert.Equal(SessionOutcome.Unreachable, SessionFaults.Classify(taken, welcomed: true)!.Outcome);
    }

    [Fact]
    public void Exhausted_connection_passes_though_an_oversize_message_does_not()
    {
        var calm = new Status(StatusCode.ResourceExhausted, "slow down", new IOException("ENHANCE_YOUR_CALM"));

        Assert.Equal(SessionOutcome.Unreachable, SessionFaults.Classify(new RpcException(calm), welcomed: true)!.Outcome);
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused, "connection refused")]
    [InlineData(SocketError.HostNotFound, "its host name is not known")]
    [InlineData(SocketError.NetworkUnreachable, "no route to it")]
    [InlineData(SocketError.ConnectionReset, "what listens there did not answer as a coordinator does; check host and port")]
    public void Trouble_of_the_network_is_said_in_words(SocketError error, string words)
    {
        var cause = new HttpRequestException("long story", new SocketException((int)error));

        Assert.Equal(words, SessionFaults.Classify(new RpcException(new Status(StatusCode.Unavailable, "longer story", cause)), welcomed: false)!.Why);
    }

    [Fact]
    public void Broken_connection_of_a_session_is_no_doubt_in_its_coordinator()
    {
        var reset = new IOException("reset", new SocketException((int)SocketError.ConnectionReset));

        Assert.Equal("the connection was closed", SessionFaults.Classify(reset, welcomed: true)!.Why);
    }

    [Fact]
    public void Anything_else_is_a_bug_and_not_caught() => Assert.Null(SessionFaults.Classify(new InvalidOperationException("bug"), welcomed: true));
}
