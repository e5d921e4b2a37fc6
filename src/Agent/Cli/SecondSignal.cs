using System.Runtime.InteropServices;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Agent.Cli;

/// <summary>
/// Fires at the second SIGINT or SIGTERM; the first is the command runner's. The process then ends as soon as its engines have, and a moment later whatever they do.
/// </summary>
internal sealed class SecondSignal : IDisposable
{
    // Engines end within 100 ms of a cancellation; the rest is for writing memory's share of results to the spool.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _fired = new();
    private readonly ManualResetEventSlim _left = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;

    public SecondSignal() => _registrations =
        [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];

    public CancellationToken Token => _fired.Token;

    /// <summary>Nothing is left to wait for.</summary>
    public void Left() => _left.Set();

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _fired.Dispose();
        _left.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) == 2)
        {
            _fired.Cancel();
            _left.Wait(Patience);
            Environment.Exit(ExitCode.Incomplete);
        }
    }
}
