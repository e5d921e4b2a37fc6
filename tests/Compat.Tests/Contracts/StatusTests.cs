using Grpc.Core;

namespace FpingCluster.Compat.Tests.Contracts;

public sealed class StatusTests
{
    [Fact]
    public void Status_codes_have_the_numbers_of_the_protocol()
    {
        string[] names =
        [
            "OK", "Cancelled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied",
            "ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss",
            "Unauthenticated",
        ];

        Assert.Equal(Enumerable.Range(0, names.Length), Enum.GetValues<StatusCode>().Select(code => (int)code));
        Assert.Equal(names, Enum.GetNames<StatusCode>());
    }

    [Fact]
    public void Exception_says_code_and_detail()
    {
        var exception = new RpcException(new Status(StatusCode.NotFound, "no such target"));

        Assert.Equal(StatusCode.NotFound, exception.StatusCode);
        Assert.Contains("NotFound", exception.Message, StringComparison.Ordinal);
        Assert.Contains("no such target", exception.Message, StringComparison.Ordinal);
        Assert.Empty(exception.Trailers);
    }

    [Fact]
    public void Exception_keeps_message_trailers_and_cause()
    {
        var cause = new IOException("reset");
        var trailers = new Metadata { { "key", "value" } };
        var exception = new RpcException(new Status(StatusCode.Unavailable, "lost", cause), trailers, "the session broke");

        Assert.Equal("the session broke", exception.Message);
        Assert.Same(trailers, exception.Trailers);
        Assert.Same(cause, exception.InnerException);
        Assert.Contains("reset", exception.Status.ToString(), StringComparison.Ordinal);
    }
}
