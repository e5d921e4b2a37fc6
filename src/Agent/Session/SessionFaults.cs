using System.Collections.Frozen;
using System.Net.Sockets;
using System.Security.Authentication;
using FpingCluster.Agent.Identity;
using FpingCluster.Shared.Protocol;
using Grpc.Core;

namespace FpingCluster.Agent.Session;

/// <summary>Tells final refusals from passing trouble, and says in words what happened. Anything that it does not know is a bug and is not caught.</summary>
internal static class SessionFaults
{
    /// <summary>Status codes after which asking again is no use, with what a person can do.</summary>
    private static readonly FrozenDictionary<StatusCode, string> Final = new Dictionary<StatusCode, string>
    {
        [StatusCode.Unauthenticated] = "dial it over https, and give this agent a join token with --token-file or a certificate that the coordinator knows",
        [StatusCode.PermissionDenied] = "ask whoever runs the coordinator to admit this agent",
        [StatusCode.FailedPrecondition] = "install the same version of fping-agent and fping-coordinator",
        [StatusCode.Unimplemented] = "it is not a coordinator of this version; check --coordinator, and that both sides have the same version",
        [StatusCode.InvalidArgument] = "install the same version of fping-agent and fping-coordinator",
        [StatusCode.ResourceExhausted] = "a message is above the limit of 4 MB; lower the job's bucket or count",
    }.ToFrozenDictionary();

    /// <param name="welcomed">The coordinator had answered, so it is one, and the trouble is with the network or with it.</param>
    public static SessionEnd? Classify(Exception exception, bool welcomed) => exception switch
    {
        _ when CredentialsTrouble(exception) is { } trouble => new(trouble.IsFinal ? SessionOutcome.Rejected : SessionOutcome.Unreachable, trouble.Message),
        RpcException rpc when IsFinal(rpc) => new(SessionOutcome.Rejected, $"{DetailOf(rpc.Status)}; {Final[rpc.StatusCode]}"),
        RpcException { StatusCode: StatusCode.AlreadyExists } rpc when !welcomed => new(SessionOutcome.IdentityTaken, DetailOf(rpc.Status)),
        RpcException { Status.DebugException: { } cause } => new(SessionOutcome.Unreachable, Describe(cause, welcomed)),
        RpcException rpc => new(SessionOutcome.Unreachable, DetailOf(rpc.Status)),
        SessionProtocolException => new(SessionOutcome.Unreachable, $"it breaks the protocol: {exception.Message}"),
        HttpRequestException or IOException => new(SessionOutcome.Unreachable, Describe(exception, welcomed)),
        _ => null,
    };

    // An exhausted resource of the connection itself (HTTP/2 ENHANCE_YOUR_CALM) comes with its exception and passes; a refusal by the peer does not.
    private static bool IsFinal(RpcException exception) => Final.ContainsKey(exception.StatusCode)
        && (exception.StatusCode != StatusCode.ResourceExhausted || exception.Status.DebugException is null);

    // Of the handshake, where it comes wrapped.
    private static CredentialsException? CredentialsTrouble(Exception? exception) => exception switch
    {
        null => null,
        CredentialsException trouble => trouble,
        RpcException { Status.DebugException: { } cause } => CredentialsTrouble(cause),
        _ => CredentialsTrouble(exception.InnerException),
    };

    private static string DetailOf(Status status) => status.Detail.Length > 0 ? status.Detail.TrimEnd('.', '\n') : $"it ended the session with {status.StatusCode}";

    // The same stranger shows as a protocol error, a reset or an early end, depending on who was faster; so these are one.
    private static string Describe(Exception exception, bool welcomed)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            var words = cause switch
            {
                SocketException socket => Describe(socket),
                AuthenticationException => $"TLS: {cause.Message.TrimEnd('.')}",
                _ when GarbledMessage.Explains(cause) => "it sends messages that are not of this protocol; check host and port, and that both sides have the same version",
                TimeoutException or OperationCanceledException => "no answer",
                _ => null,
            };
            if (words is not null)
            {
                return words;
            }
        }

        return welcomed ? "the connection was closed" : "what listens there did not answer as a coordinator does; check host and port";
    }

    private static string? Describe(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "its host name is not known",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "no route to it",
        SocketError.TimedOut => "no answer",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => null,
        _ => exception.Message,
    };
}
