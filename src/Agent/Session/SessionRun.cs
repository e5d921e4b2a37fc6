using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Results;
using FpingCluster.Shared.Protocol.V1;

namespace FpingCluster.Agent.Session;

/// <summary>
/// One session from Hello to its end. Two loops: one reads; one writes, and takes what it writes from the outbox (bounded by its window), the returns and the
/// heartbeat timer, so the stream has one writer and no queue of its own. The first loop that ends ends the other; the reader's word counts, because it has
/// the coordinator's reason.
/// </summary>
internal sealed class SessionRun(
    ISessionStream stream,
    AgentMessages messages,
    CoordinatorMessageHandler handler,
    ResultOutbox outbox,
    LeaseReturns returns,
    DrainState drain,
    ChangeSignal outgoing,
    Action<Welcome> welcomed,
    TimeProvider time)
{
    // Connecting included.
    public static readonly TimeSpan WelcomeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A session that lived so long after its Welcome was a good one.</summary>
    public static readonly TimeSpan HealthyAfter = TimeSpan.FromSeconds(5);

    // An hour: beyond it neither would notice that the other is gone.
    private const uint LongestMs = 3_600_000;

    // For the coordinator's last word after the writer has ended: it follows at once or never.
    private static readonly TimeSpan LastWordTimeout = TimeSpan.FromSeconds(2);

    private TimeSpan _silenceTimeout = WelcomeTimeout;
    private long? _welcomedAt;

    public async Task<SessionEnd> RunAsync(CancellationToken stop)
    {
        using var silence = new CancellationTokenSource(WelcomeTimeout, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, silence.Token);
        try
        {
            await using var incoming = stream.ReadAllAsync(ended.Token).GetAsyncEnumerator(ended.Token);
            var welcome = await ShakeHandsAsync(incoming, ended);
            Welcome(welcome, silence);
            await TalkAsync(incoming, welcome, silence, ended);
            // What was leased after the goodbye is refused and cannot be returned any more; the coordinator has it back with the goodbye.
            return drain.IsRequested && drain.MayLeave ? End(SessionOutcome.Drained, "drained") : End(SessionOutcome.Unreachable, "it closed the session");
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            return End(SessionOutcome.Stopped, "stopped");
        }
        catch (Exception) when (silence.IsCancellationRequested)
        {
            return End(SessionOutcome.Silent, $"{(_welcomedAt is null ? "no answer" : "nothing heard")} for {_silenceTimeout.TotalSeconds:0.#} s");
        }
        catch (Exception) when (drain.IsRequested && drain.MayLeave)
        {
            return End(SessionOutcome.Drained, "drained");
        }
        catch (Exception exception) when (SessionFaults.Classify(exception, _welcomedAt is not null) is { } end)
        {
            return End(end.Outcome, end.Why);
        }
        finally
        {
            outbox.CloseWindow();
        }
    }

    private async Task<Welcome> ShakeHandsAsync(IAsyncEnumerator<CoordinatorMessage> incoming, CancellationTokenSource ended)
    {
        // An agent without anything to hand over need not wait for a coordinator before it leaves.
        await using var leaving = drain.Requested.Register(() =>
        {
            if (drain.MayLeave)
            {
                ended.Cancel();
            }
        });
        await stream.WriteAsync(messages.Hello(), ended.Token);
        if (!await incoming.MoveNextAsync())
        {
            throw new SessionProtocolException("it closed the session without a Welcome");
        }

        var welcome = incoming.Current.Welcome ?? throw new SessionProtocolException($"{incoming.Current.MessageCase} instead of Welcome");
        return welcome.SessionTimeoutMs is > 0 and <= LongestMs && welcome.HeartbeatIntervalMs is > 0 and <= LongestMs
            ? welcome
            : throw new SessionProtocolException(
                $"a Welcome with a session timeout of {welcome.SessionTimeoutMs} ms and a heartbeat interval of {welcome.HeartbeatIntervalMs} ms; both are 1 to {LongestMs}");
    }

    private void Welcome(Welcome welcome, CancellationTokenSource silence)
    {
        _welcomedAt = time.GetTimestamp();
        _silenceTimeout = TimeSpan.FromMilliseconds(welcome.SessionTimeoutMs);
        silence.CancelAfter(_silenceTimeout);
        outbox.OpenWindow((int)Math.Min(welcome.Credits, int.MaxValue));
        welcomed(welcome);
    }

    private async Task TalkAsync(
        IAsyncEnumerator<CoordinatorMessage> incoming, Welcome welcome, CancellationTokenSource silence, CancellationTokenSource ended)
    {
        var read = ReadAsync(incoming, silence);
        var write = WriteAsync(TimeSpan.FromMilliseconds(welcome.HeartbeatIntervalMs), ended.Token);
        if (await Task.WhenAny(read, write) == write)
        {
            await Task.WhenAny(read, Task.Delay(LastWordTimeout, time, ended.Token));
        }

        var verdict = read.IsCompleted ? read : write;
        await ended.CancelAsync();
        await Task.WhenAll(read, write).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await verdict;
    }

    private async Task ReadAsync(IAsyncEnumerator<CoordinatorMessage> incoming, CancellationTokenSource silence)
    {
        while (await incoming.MoveNextAsync())
        {
            silence.CancelAfter(_silenceTimeout);
            handler.Handle(incoming.Current);
        }
    }

    private async Task WriteAsync(TimeSpan heartbeatInterval, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(heartbeatInterval, time);
        var beat = Task.FromResult(true);
        while (true)
        {
            // Taken before the look, so that nothing that becomes ready meanwhile is overlooked.
            var changed = outgoing.Next;
            if (beat.IsCompleted)
            {
                await stream.WriteAsync(messages.Heartbeat(), cancellationToken);
                beat = timer.WaitForNextTickAsync(cancellationToken).AsTask();
            }

            foreach (var message in AgentMessages.Returns(returns.TakeAll()))
            {
                await stream.WriteAsync(message, cancellationToken);
            }

            while (!beat.IsCompleted && outbox.TryTakeToSend(out var batch))
            {
                await stream.WriteAsync(AgentMessages.Batch(batch), cancellationToken);
            }

            if (drain.IsFinished)
            {
                await stream.CompleteAsync();
                return;
            }

            await Task.WhenAny(changed, beat).WaitAsync(cancellationToken);
        }
    }

    private SessionEnd End(SessionOutcome outcome, string why) =>
        new(outcome, why, _welcomedAt is { } welcomedAt && time.GetElapsedTime(welcomedAt) >= HealthyAfter);
}
