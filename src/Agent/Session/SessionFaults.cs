using System.Collections.Frozen;
using System.Net.Sockets;
using Grpc.Core;

namespace FpingCluster.Agent.Session;

/// <summary>Tells final refusals from passing trouble, and says in words what happened. Anything that it does not know is a bug and is not caught.</summary>
internal static class SessionFaults
{
    /// <summary>Status codes after which asking again is no use, with what a person can do.</summary>
    private static readonly FrozenDictionary<StatusCode, string> Final = new Dictionary<StatusCode, string>
    {
        [StatusCode.Unauthenticated] = "give this agent credentials that the coordinator knows",
        [StatusCode.PermissionDenied] = "ask whoever runs the coordinator to admit this agent",
        [StatusCode.FailedPrecondition] = "install the same version of fping-agent and fping-coordinator",
        [StatusCode.Unimplemented] = "it is not a coordinator of this version; check --coordinator, and that both sides have the same version",
        [StatusCode.InvalidArgument] = "install the same version of fping-agent and fping-coordinator",
        [StatusCode.ResourceExhausted] = "a message is above the limit of 4 MB; lower the job's bucket or count",
    }.ToFrozenDictionary();

    public static SessionEnd? Classify(Exception exception) => exception switch
    {
        RpcException rpc when IsFinal(rpc) => new(SessionOutcome.Rejected, $"{DetailOf(rpc.Status)}; {Final[rpc.StatusCode]}"),
        RpcException rpc => new(SessionOutcome.Unreachable, Describe(rpc)),
        SessionProtocolException => new(SessionOutcome.Unreachable, $"it breaks the protocol: {exception.Message}"),
        HttpRequestException or IOException => new(SessionOutcome.Unreachable, Describe(exception)),
        _ => null,
    };

    // An exhausted resource of the connection itself (HTTP/2 ENHANCE_YOUR_CALM) comes with its exception and passes; a refusal by the peer does not.
    private static bool IsFinal(RpcException exception) => Final.ContainsKey(exception.StatusCode)
        && (exception.StatusCode != StatusCode.ResourceExhausted || exception.Status.DebugException is null);

    private static string Describe(RpcException exception) => exception.Status.DebugException is { } cause ? Describe(cause) : DetailOf(exception.Status);

    private static string DetailOf(Status status) => status.Detail.Length > 0 ? status.Detail.TrimEnd('.', '\n') : $"it ended the session with {status.StatusCode}";

    private static string Describe(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException socket:
                    return Describe(socket);
                case TimeoutException:
                    return "no answer";
                case HttpProtocolException:
                case HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError }:
                case HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError }:
                    return "what listens there does not speak HTTP/2 as a coordinator does; check host and port";
                case HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }:
                    return "the connection was closed";
                default:
                    break;
            }
        }

        return exception.Message.TrimEnd('.');
    }

    private static string Describe(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted => "the connection was closed",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "its host name is not known",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "no route to it",
        SocketError.TimedOut => "no answer",
        _ => exception.Message,
    };
}
