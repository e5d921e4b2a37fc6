using System.Runtime.InteropServices;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Cli;

/// <summary>Where a one-shot run keeps its store: the folder that was named, or a temporary one that goes with it, even at the second signal.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly bool _temporary;
    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;
    private int _deletions;

    private DataFolder(string path, bool temporary)
    {
        (Path, _temporary) = (path, temporary);
        _registrations = temporary
            ? [PosixSignalRegistration.Create(PosixSignal.SIGINT, CountSignal), PosixSignalRegistration.Create(PosixSignal.SIGTERM, CountSignal)]
            : [];
    }

    public string Path { get; }

    public static DataFolder Open(string? named)
    {
        if (named is not null)
        {
            return new DataFolder(named, temporary: false);
        }

        try
        {
            return new DataFolder(Directory.CreateTempSubdirectory("fpingcluster-run-").FullName, temporary: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                $"cannot make a temporary folder in {System.IO.Path.GetTempPath()}: {exception.Message.TrimEnd('.')}; set TMPDIR to a folder that this user may write, or name one with --data-dir",
                exception);
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        Delete();
    }

    private void Delete()
    {
        if (_temporary && Interlocked.Exchange(ref _deletions, 1) == 0)
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    // The second one ends the process at once, and nobody comes to dispose of anything.
    private void CountSignal(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _signals) != 2)
        {
            return;
        }

        try
        {
            Delete();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"cannot delete {Path}: {exception.Message.TrimEnd('.')}; delete it yourself");
        }
    }
}
