using FpingCluster.Shared.Targets;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.TestKit.Truth;

/// <summary>
/// A network in which every target answers by a rule, in a namespace of its own with no way out, and which knows what happened: a test compares with it what an
/// engine reports. The targets are 10.64.0.0/10, but for the host's own 10.66.0.1, and fd66:1::/64; the host is fd66::1 too.
/// </summary>
public sealed class TruthNetwork : IAsyncDisposable
{
    private readonly TruthNamespace _space;
    private readonly TunDevice _device;
    private readonly Responder _responder;
    private readonly List<LabProcess> _processes = [];

    private TruthNetwork(TruthNamespace space, TunDevice device, Func<TargetAddress, TargetRule> rules)
    {
        (_space, _device) = (space, device);
        _responder = new Responder(device, rules);
    }

    /// <param name="rules">Asked once a target, when its first ping comes, on the network's own thread.</param>
    /// <exception cref="LabException">The machine lacks something, and the message says what.</exception>
    public static async Task<TruthNetwork> Create(Func<TargetAddress, TargetRule> rules)
    {
        var space = new TruthNamespace();
        TunDevice? device = null;
        try
        {
            await space.Make();
            device = space.Run(() => TunDevice.Create(TruthNamespace.Interface));
            await space.Configure();
            return new TruthNetwork(space, device, rules);
        }
        catch
        {
            device?.Dispose();
            await space.Delete();
            throw;
        }
    }

    /// <summary>What happened at a target up to now.</summary>
    public TargetTruth Truth(TargetAddress address) => _responder.Find(address) ?? new TargetTruth(address, [], []);

    /// <summary>Starts a program on the network's host. The process's id is the program's own. It ends with the network at the latest.</summary>
    public LabProcess Start(string executable, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var process = _space.Start(executable, arguments, environment);
        _processes.Add(process);
        return process;
    }

    /// <summary>Starts a program and waits for its end.</summary>
    public async Task<LabProcess> Run(TimeSpan timeout, string executable, params IEnumerable<string> arguments)
    {
        var process = Start(executable, arguments);
        await process.WaitForExit(timeout);
        return process;
    }

    /// <summary>
    /// Runs an action of this process on the network's host. The sockets it opens and the threads it starts before it returns are the host's, and stay so;
    /// what a task does after its first real wait happens outside. So an engine runs inside: <c>await network.RunInside(() => engine.RunAsync(…))</c>.
    /// </summary>
    public T RunInside<T>(Func<T> action) => _space.Run(action);

    /// <summary>Ends what runs on the host. An engine of this process has to have ended: its threads are waited for.</summary>
    public async ValueTask DisposeAsync()
    {
        _processes.ForEach(process => process.End());
        _responder.Dispose();
        _device.Dispose();
        await _space.Delete();
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
    }
}
