namespace FpingCluster.TestKit.Lab;

/// <summary>
/// Hosts in network namespaces of their own around one router, with no way out. tests/lab.sh alone knows the topology:
/// which addresses answer, which are silent, which are unreachable (tests/lab.sh --help).
/// </summary>
public sealed class NetworkLab : IAsyncDisposable
{
    private static int _created;

    private readonly string _prefix;
    private readonly List<LabHost> _hosts = [];
    private readonly List<LabProcess> _inRouter = [];

    private NetworkLab(string prefix) => _prefix = prefix;

    public IReadOnlyList<LabHost> Hosts => _hosts;

    /// <exception cref="LabException">The machine lacks something, and the message says what.</exception>
    public static async Task<NetworkLab> Create(int hosts)
    {
        // lab.sh sweeps laboratories whose process is gone: the process id has to stand here.
        var lab = new NetworkLab($"fpc-{Environment.ProcessId}-{Interlocked.Increment(ref _created)}-");
        foreach (var line in await lab.Script(TimeSpan.Zero, "up", $"{hosts}"))
        {
            lab._hosts.Add(LabHost.Parse(lab, number: lab._hosts.Count + 1, line));
        }

        return lab;
    }

    /// <summary>A program in the router's namespace, which answers the pings. It ends with the laboratory at the latest.</summary>
    public LabProcess StartInRouter(string executable, params IEnumerable<string> arguments)
    {
        var process = LabProcess.Start(LabScript.Path, Arguments(["exec", "router", executable, .. arguments]));
        _inRouter.Add(process);
        return process;
    }

    public async ValueTask DisposeAsync()
    {
        var processes = _hosts.SelectMany(host => host.Processes).Concat(_inRouter).ToList();
        processes.ForEach(process => process.End());

        // Children that outlived their parent end here, and with them the last writers to our pipes.
        await Script(TimeSpan.Zero, "down");
        foreach (var process in processes)
        {
            await process.DisposeAsync();
        }
    }

    internal string[] Arguments(params IEnumerable<string> command) => ["--prefix", _prefix, .. command];

    internal Task<IReadOnlyList<string>> Script(TimeSpan takes, params string[] command) => LabScript.Run(Arguments(command), takes);
}
