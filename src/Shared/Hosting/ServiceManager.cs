using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace FpingCluster.Shared.Hosting;

/// <summary>
/// Tells systemd how this service is (sd_notify): a datagram each to $NOTIFY_SOCKET, which it sets for a unit of Type=notify. Elsewhere nothing is told.
/// </summary>
public sealed class ServiceManager
{
    // Its queue is bounded (ten datagrams unless the system allows more); a service must not stand still because systemd does.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly string? _socket;
    private readonly TimeSpan? _watchdog;
    private string? _unheard;

    public ServiceManager(Func<string, string?> environment)
    {
        _socket = environment("NOTIFY_SOCKET") is ['/' or '@', _, ..] path ? path : null;
        // A child inherits the variables of its parent's watchdog.
        var isWatched = environment("WATCHDOG_PID") is not { } process || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        _watchdog = isWatched && long.TryParse(environment("WATCHDOG_USEC"), CultureInfo.InvariantCulture, out var limit) && limit > 0
            ? TimeSpan.FromMicroseconds(limit)
            : null;
    }

    public static ServiceManager OfProcess { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>The service does its work; what waits for it may start. Told again with the watchdog's word if nobody read it in time: systemd ends a service that never says so.</summary>
    /// <param name="status">For <c>systemctl status</c>.</param>
    public void Ready(string status)
    {
        var text = $"READY=1\nSTATUS={status.ReplaceLineEndings(" ")}";
        Volatile.Write(ref _unheard, Tell(text) ? null : text);
    }

    public void Stopping() => Tell("STOPPING=1");

    /// <summary>Twice in the watchdog's time, tells that the service still answers. Returns when it is stopped, or at once where nothing watches.</summary>
    /// <param name="answer">Ends when the part of the service that must never stand still has answered.</param>
    public async Task WatchAsync(Func<CancellationToken, Task> answer, TimeProvider time, CancellationToken stop)
    {
        if (_watchdog is not { } limit)
        {
            return;
        }

        using var timer = new PeriodicTimer(limit / 2, time);
        try
        {
            do
            {
                await answer(stop);
                var unheard = Volatile.Read(ref _unheard);
                if (Tell(unheard is null ? "WATCHDOG=1" : $"WATCHDOG=1\n{unheard}"))
                {
                    Interlocked.CompareExchange(ref _unheard, null, unheard);
                }
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped, as the summary says.
        }
    }

    /// <returns>False if nobody read it.</returns>
    private bool Tell(string text)
    {
        if (_socket is null)
        {
            return true;
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { SendTimeout = (int)Patience.TotalMilliseconds };
        try
        {
            socket.SendTo(Encoding.UTF8.GetBytes(text), new UnixDomainSocketEndPoint(_socket[0] == '@' ? "\0" + _socket[1..] : _socket));
            return true;
        }
        catch (SocketException)
        {
            // systemd itself acts on what it does not hear; a service that works must not end because of it.
            return false;
        }
    }
}
