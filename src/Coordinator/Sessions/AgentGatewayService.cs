using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Membership;
using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Sessions;

/// <summary>Serves the agents: one call is one session.</summary>
internal sealed partial class AgentGatewayService(
    ClusterLoop cluster,
    ClusterOptions options,
    AgentAdmission admission,
    EnrolledAgents agents,
    AuditLog audit,
    TimeProvider time,
    IHostApplicationLifetime host,
    ILogger<AgentGatewayService> logger)
    : AgentGateway.AgentGatewayBase
{
    private const string Stopping = "the coordinator is stopping";

    // Somebody who connects and says nothing is not kept longer than this.
    private static readonly TimeSpan HelloTimeout = TimeSpan.FromSeconds(10);

    // For one message: an agent that reads, over whatever link, has taken it long before.
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(15);

    // For the message that is being written when a session ends: an aborted write would take the reason of the end with it.
    private static readonly TimeSpan LastWriteTimeout = TimeSpan.FromSeconds(2);

    public override async Task Session(
        IAsyncStreamReader<AgentMessage> requestStream, IServerStreamWriter<CoordinatorMessage> responseStream, ServerCallContext context)
    {
        var (introduction, until) = await Introduce(requestStream, context);
        // Not disposed: the cluster loop may close the link at the very moment the session ends.
        var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, host.ApplicationStopping);
        var link = new AgentLink(Welcome(), time, ended.Cancel);
        using var right = new SessionRight(introduction.Id, until, agents, link, time);
        cluster.AgentJoined(introduction, link);
        using var aborted = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        var writing = WriteAsync(link, responseStream, aborted, ended.Token);
        var (why, saidGoodbye) = ("the agent went away", false);
        var forgotten = new ForgottenResults(introduction.Name, time, logger);
        try
        {
            var inbox = new SessionInbox(introduction, link, cluster, options.Credits, forgotten, time);
            while (await NextAsync(requestStream, ended.Token))
            {
                right.EndIfOver();
                await inbox.ReceiveAsync(requestStream.Current, ended.Token);
            }

            (why, saidGoodbye) = ("the agent said goodbye", true);
        }
        catch (Exception exception) when (Fault(exception) is { } fault)
        {
            why = fault.Status.Detail;
            Log.Refused(logger, introduction.Name, why);
            throw fault;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or RpcException)
        {
            why = link.ClosedBecause ?? (host.ApplicationStopping.IsCancellationRequested ? Stopping : $"the connection broke ({exception.Message})");
            throw new RpcException(new Status(link.ClosedWith, why));
        }
        finally
        {
            forgotten.Tell();
            cluster.AgentLeft(introduction.Id, link, why, saidGoodbye);
            link.Close(why);
            aborted.CancelAfter(LastWriteTimeout);
            await writing;
        }
    }

    private Welcome Welcome() => new()
    {
        CoordinatorVersion = ProductVersion.Text,
        SessionTimeoutMs = (uint)options.Grace.TotalMilliseconds,
        HeartbeatIntervalMs = (uint)options.HeartbeatInterval.TotalMilliseconds,
        Credits = (uint)options.Credits,
        ProtocolMinor = ProtocolVersion.Minor,
    };

    /// <returns>Who it is, and until when it may stay; null: for ever.</returns>
    private async Task<(AgentIntroduction Introduction, DateTimeOffset? Until)> Introduce(IAsyncStreamReader<AgentMessage> stream, ServerCallContext context)
    {
        try
        {
            var introduction = HelloReader.Read(await FirstMessage(stream, context), context.Peer);
            return (introduction, Admit(introduction, Caller.Of(context)));
        }
        catch (RpcException refusal) when (refusal.StatusCode != StatusCode.Unavailable)
        {
            Log.VisitorRefused(logger, context.Peer, refusal.Status.Detail);
            throw;
        }
    }

    private DateTimeOffset? Admit(AgentIntroduction agent, Caller caller)
    {
        try
        {
            return admission.Admit(agent.Id, caller.IsTls, caller.Certificate);
        }
        catch (AgentRefusedException refusal)
        {
            var who = caller.Certificate?.Agent is { } proven ? AuditActor.Agent(proven.ToString(), "") : AuditActor.Anonymous;
            audit.Refuse(caller.Address, new AuditEntry { Who = who, What = "session.refused", On = $"agent {agent.Id} ({agent.Name})", Why = refusal.Message });
            throw Refusals.ToStatus(refusal);
        }
    }

    private async Task<AgentMessage> FirstMessage(IAsyncStreamReader<AgentMessage> stream, ServerCallContext context)
    {
        using var timeout = new CancellationTokenSource(HelloTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.CancellationToken, host.ApplicationStopping);
        try
        {
            return await NextAsync(stream, either.Token)
                ? stream.Current
                : throw new RpcException(new Status(StatusCode.InvalidArgument, "the stream ended before Hello"));
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, $"no Hello within {HelloTimeout.TotalSeconds} s"));
        }
        catch (Exception exception) when (Fault(exception) is { } fault)
        {
            throw fault;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, host.ApplicationStopping.IsCancellationRequested ? Stopping : "the connection broke before Hello"));
        }
    }

    private static async Task<bool> NextAsync(IAsyncStreamReader<AgentMessage> stream, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.MoveNext(cancellationToken);
        }
        catch (Exception exception) when (GarbledMessage.Explains(exception))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"a message is not of this protocol: {exception.Message}"));
        }
    }

    // What the agent itself did wrong and would do again: final. Null for what passes.
    private static RpcException? Fault(Exception exception) =>
        exception is RpcException { StatusCode: StatusCode.InvalidArgument or StatusCode.ResourceExhausted } refusal ? refusal : null;

    // The one writer of the stream. It ends between two messages when the session has ended; a failed write shows at the reading side too, which reports it.
    private async Task WriteAsync(AgentLink link, IServerStreamWriter<CoordinatorMessage> stream, CancellationTokenSource aborted, CancellationToken ended)
    {
        try
        {
            await foreach (var message in link.Outgoing.ReadAllAsync(ended))
            {
                await stream.WriteAsync(message, aborted.Token).WaitAsync(WriteTimeout, time, aborted.Token);
            }
        }
        catch (TimeoutException)
        {
            link.Close($"the agent has read nothing for {WriteTimeout.TotalSeconds} s");
            await aborted.CancelAsync();
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or RpcException or InvalidOperationException)
        {
            Log.WritingEnded(logger, exception.Message);
        }
    }
}
