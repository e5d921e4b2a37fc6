using FpingCluster.Shared.Timing;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Session;

/// <summary>
/// One session after the other, with each coordinator in turn, until this agent leaves or is refused for good. Ended by draining or by the token it is given.
/// </summary>
/// <param name="runSession">Dials one coordinator and runs one session with it.</param>
/// <param name="renewIdentity">Makes this agent a new one and says where the old identity is kept.</param>
internal sealed partial class SessionLoop(
    IReadOnlyList<Uri> coordinators,
    Func<Uri, CancellationToken, Task<SessionEnd>> runSession,
    Func<string> renewIdentity,
    DrainState drain,
    Backoff backoff,
    TimeProvider time,
    ILogger<SessionLoop> logger)
{
    // Trouble that goes on is told once in this time, not at each of its attempts.
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromMinutes(1);

    private string? _told;
    private long _toldAt;

    // No two agents make the same identity, so a coordinator that refuses a new one as well is wrong, and must not make this one try identities for ever.
    private bool _isRenewed;

    public async Task<SessionEnd> RunAsync(CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (drain.IsRequested && drain.MayLeave)
            {
                return new SessionEnd(SessionOutcome.Drained, "drained");
            }

            var coordinator = coordinators[attempt % coordinators.Count];
            var end = await runSession(coordinator, stop);
            if (end.Outcome is SessionOutcome.Stopped or SessionOutcome.Drained)
            {
                return end;
            }

            if (end.Outcome == SessionOutcome.Rejected)
            {
                Log.Rejected(logger, coordinator, end.Why);
                return end;
            }

            if (end.Healthy)
            {
                backoff.Reset();
                (_told, _isRenewed) = (null, false);
            }

            if (end.Outcome == SessionOutcome.Outdated)
            {
                attempt--;
                continue;
            }

            if (end.Outcome == SessionOutcome.IdentityTaken && !_isRenewed)
            {
                _isRenewed = true;
                Log.IdentityRenewed(logger, coordinator, end.Why, renewIdentity());
                attempt--;
                continue;
            }

            var wait = backoff.Next();
            Tell(coordinator, end, wait);
            await WaitAsync(wait, stop);
        }
    }

    private void Tell(Uri coordinator, SessionEnd end, TimeSpan wait)
    {
        var told = $"{coordinator} {end.Why}";
        var seconds = Math.Round(wait.TotalSeconds, 1);
        if (_told == told && time.GetElapsedTime(_toldAt) < RepeatAfter)
        {
            Log.StillUnreachable(logger, coordinator, end.Why, seconds);
            return;
        }

        (_told, _toldAt) = (told, time.GetTimestamp());
        if (end.Healthy)
        {
            Log.Lost(logger, coordinator, end.Why, seconds);
        }
        else
        {
            Log.Unreachable(logger, coordinator, end.Why, seconds);
        }
    }

    // A drain that begins meanwhile cuts the first wait short; the waits after that are whole ones.
    private async Task WaitAsync(TimeSpan wait, CancellationToken stop)
    {
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(stop, drain.IsRequested ? default : drain.Requested);
        await Task.Delay(wait, time, wake.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
