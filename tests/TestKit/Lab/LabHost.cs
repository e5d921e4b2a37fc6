using System.Net;

namespace FpingCluster.TestKit.Lab;

/// <summary>One namespace of a <see cref="NetworkLab"/>, with its own loopback, addresses and cables to the router.</summary>
public sealed class LabHost
{
    private readonly NetworkLab _lab;
    private readonly List<LabProcess> _processes = [];

    private LabHost(NetworkLab lab, int number, string[] fields)
    {
        _lab = lab;
        Number = number;
        Name = fields[0];
        Address = IPAddress.Parse(fields[1]);
        AddressV6 = IPAddress.Parse(fields[2]);
        ControlAddress = IPAddress.Parse(fields[3]);
    }

    public int Number { get; }

    /// <summary>Of its namespace.</summary>
    public string Name { get; }

    public IPAddress Address { get; }

    public IPAddress AddressV6 { get; }

    /// <summary>Where the other hosts reach it over their control cables.</summary>
    public IPAddress ControlAddress { get; }

    public IReadOnlyList<LabProcess> Processes => _processes;

    /// <summary>The process's id is the program's own: nothing stands in between. It ends with the laboratory at the latest.</summary>
    public LabProcess Start(string executable, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var process = LabProcess.Start(LabScript.Path, _lab.Arguments(["exec", $"{Number}", executable, .. arguments]), environment);
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

    /// <summary>Pulls a cable: this host sees its carrier go, the others' packets to it are answered "unreachable" by the router.</summary>
    public Task Cut(LabCable cable = LabCable.Targets) => Script("cut", cable);

    /// <summary>Pulls a cable and plugs it in again after that time.</summary>
    public Task Cut(LabCable cable, TimeSpan time) => _lab.Script(time, "cut", $"{Number}", Word(cable), $"{time.TotalSeconds}");

    /// <summary>Drops all packets from and to this host in silence: connections stay half-open on both sides.</summary>
    public Task Blackhole(LabCable cable = LabCable.Targets) => Script("blackhole", cable);

    /// <summary>Undoes <see cref="Cut(LabCable)"/> and <see cref="Blackhole"/>.</summary>
    public Task Restore(LabCable cable = LabCable.Targets) => Script("restore", cable);

    /// <param name="line">As "lab.sh up" prints it: namespace, IPv4 address, IPv6 address, IPv4 address on the control cable.</param>
    internal static LabHost Parse(NetworkLab lab, int number, string line) => new(lab, number, line.Split(' '));

    private Task<IReadOnlyList<string>> Script(string command, LabCable cable) => _lab.Script(TimeSpan.Zero, command, $"{Number}", Word(cable));

    private static string Word(LabCable cable) => cable.ToString().ToLowerInvariant();
}
