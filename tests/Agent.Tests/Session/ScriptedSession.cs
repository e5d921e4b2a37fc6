using FpingCluster.Shared.Protocol.V1;
using Grpc.Core;

namespace FpingCluster.Agent.Tests.Session;

/// <summary>The coordinator's end of one session, for scripts.</summary>
internal sealed class ScriptedSession(IAsyncStreamReader<AgentMessage> reader, IServerStreamWriter<CoordinatorMessage> writer, ServerCallContext context)
{
    public CancellationToken Aborted => context.CancellationToken;

    public void Abort() => context.GetHttpContext().Abort();

    public async Task SayAsync(params IEnumerable<CoordinatorMessage> messages)
    {
        foreach (var message in messages)
        {
            await writer.WriteAsync(message);
        }
    }

    /// <summary>Null at the end of the stream.</summary>
    public async Task<AgentMessage?> HearAsync() => await reader.MoveNext(context.CancellationToken) ? reader.Current : null;

    /// <summary>The next message of this kind; those before it are passed over.</summary>
    public async Task<AgentMessage> HearAsync(AgentMessage.MessageOneofCase kind)
    {
        while (await HearAsync() is { } message)
        {
            if (message.MessageCase == kind)
            {
                return message;
            }
        }

        throw new InvalidOperationException($"the agent ended the stream before a {kind}");
    }

    public async Task<Hello> WelcomeAsync(uint credits = 100, uint timeoutMs = 60_000)
    {
        var hello = await HearAsync(AgentMessage.MessageOneofCase.Hello);
        await SayAsync(CoordinatorMessages.Welcome(credits, timeoutMs));
        return hello.Hello;
    }

    public async Task<ResultBatch> HearBatchAsync() => (await HearAsync(AgentMessage.MessageOneofCase.ResultBatch)).ResultBatch;
}
