using FpingCluster.Coordinator.Jobs;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Sessions;

/// <summary>Serves the agents: one call is one session.</summary>
internal sealed partial class AgentGatewayService(ClusterLoop cluster, ClusterOptions options, TimeProvider time, ILogger<AgentGatewayService> logger)
    : AgentGateway.AgentGatewayBase
{
    // Somebody who connects and says nothing is not kept longer than this.
    private static readonly TimeSpan HelloTimeout = TimeSpan.FromSeconds(10);

    public override async Task Session(
        IAsyncStreamReader<AgentMessage> requestStream, IServerStreamWriter<CoordinatorMessage> responseStream, ServerCallContext context)
    {
        var introduction = HelloReader.Read(await FirstMessage(requestStream, context), context.Peer);
        // Not disposed: the cluster loop may close the link at the very moment the session ends.
        var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var link = new AgentLink(time, ended.Cancel);
        link.Welcome(new Welcome
        {
            CoordinatorVersion = ProductVersion.Text,
            SessionTimeoutMs = (uint)options.Grace.TotalMilliseconds,
            HeartbeatIntervalMs = (uint)options.HeartbeatInterval.TotalMilliseconds,
            Credits = (uint)options.Credits,
            ProtocolMinor = ProtocolVersion.Minor,
        });
        cluster.AgentJoined(introduction, link);
        var writing = Write(link, responseStream, ended.Token);
        var why = "the agent went away";
        try
        {
            var inbox = new SessionInbox(introduction, link, cluster, time);
            while (await requestStream.MoveNext(ended.Token))
            {
                inbox.Receive(requestStream.Current);
            }

            why = "the agent said goodbye";
        }
        catch (RpcException refusal) when (refusal.StatusCode == StatusCode.InvalidArgument)
        {
            why = refusal.Status.Detail;
            Log.Refused(logger, introduction.Name, why);
            throw;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or RpcException)
        {
            why = link.ClosedBecause ?? $"the connection broke ({exception.Message})";
            throw new RpcException(new Status(StatusCode.Unavailable, why));
        }
        finally
        {
            cluster.AgentLeft(introduction.Id, link, why);
            link.Close(why);
            await writing;
        }
    }

    private async Task<AgentMessage> FirstMessage(IAsyncStreamReader<AgentMessage> stream, ServerCallContext context)
    {
        using var timeout = new CancellationTokenSource(HelloTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.CancellationToken);
        try
        {
            return await stream.MoveNext(either.Token)
                ? stream.Current
                : throw new RpcException(new Status(StatusCode.InvalidArgument, "the stream ended before Hello"));
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, $"no Hello within {HelloTimeout.TotalSeconds} s"));
        }
    }

    // The one writer of the stream. It ends with the session; a failed write shows at the reading side too, which reports it.
    private async Task Write(AgentLink link, IServerStreamWriter<CoordinatorMessage> stream, CancellationToken ended)
    {
        try
        {
            await foreach (var message in link.Outgoing.ReadAllAsync(ended))
            {
                await stream.WriteAsync(message, ended);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or RpcException or InvalidOperationException)
        {
            Log.WritingEnded(logger, exception.Message);
        }
    }
}
