using System.Net;

namespace FpingCluster.TestKit.Lab;

/// <summary>One namespace of a <see cref="NetworkLab"/>, with its own loopback, address and cable to the router.</summary>
public sealed class LabHost
{
    private readonly NetworkLab _lab;
    private readonly List<LabProcess> _processes = [];

    private LabHost(NetworkLab lab, int number, IPAddress address, IPAddress addressV6)
    {
        _lab = lab;
        Number = number;
        Address = address;
        AddressV6 = addressV6;
    }

    public int Number { get; }

    public IPAddress Address { get; }

    public IPAddress AddressV6 { get; }

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

    /// <summary>Pulls the cable: this host sees its carrier go, the others' packets to it are answered "unreachable" by the router.</summary>
    public Task Cut() => _lab.Script("cut", $"{Number}");

    /// <summary>Drops all packets from and to this host in silence: connections stay half-open on both sides.</summary>
    public Task Blackhole() => _lab.Script("blackhole", $"{Number}");

    /// <summary>Undoes <see cref="Cut"/> and <see cref="Blackhole"/>.</summary>
    public Task Restore() => _lab.Script("restore", $"{Number}");

    /// <param name="line">As "lab.sh up" prints it: namespace, IPv4 address, IPv6 address.</param>
    internal static LabHost Parse(NetworkLab lab, int number, string line)
    {
        var fields = line.Split(' ');
        return new LabHost(lab, number, IPAddress.Parse(fields[1]), IPAddress.Parse(fields[2]));
    }
}
