using System.Globalization;
using FpingCluster.Agent.Engines;
using FpingCluster.Agent.Engines.Fping;

namespace FpingCluster.Agent.Tests.Engines.Fping;

/// <summary>A folder with a bash script in fping's place and a /proc that lists one ICMP socket, whose drops the test or the script sets.</summary>
internal sealed class FakeHost : IDisposable
{
    private const string Prologue = """
        #!/bin/bash
        cd "$(dirname "$0")"
        if [ "$1" = --version ]; then echo "fping: Version 5.1"; exit 0; fi
        while [ $# -gt 0 ]; do [ "$1" = -C ] && count=$2; shift; done
        mapfile -t targets
        run=$(( $(cat runs 2>/dev/null || echo 0) + 1 )); echo $run > runs
        printf '%s\n' "${targets[@]}" > input.$run
        line() { local l="$1 :"; for (( n = 0; n < count; n++ )); do l+=" $2"; done; echo "$l" >&2; }
        answer() { for t in "$@"; do line "$t" 1.50; done; }
        lose() { for t in "$@"; do line "$t" -; done; }
        drop() { sed "s/ [0-9]*$/ $1/" net/raw > next; mv next net/raw; }

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fping-test");

    public FakeHost(string script, string prologue = Prologue)
    {
        FpingPath = Path.Combine(ProcRoot, "fping");
        File.WriteAllText(FpingPath, prologue + script + "\n");
        File.SetUnixFileMode(FpingPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(Path.Combine(ProcRoot, "self"));
        Directory.CreateDirectory(Path.Combine(ProcRoot, "net"));
        File.WriteAllText(Path.Combine(ProcRoot, "self", "status"), "Name:\ttest\nUid:\t1000\t1000\t1000\t1000\n");
        WriteSockets("raw", (1, 1000, 0));
    }

    public string FpingPath { get; }

    public string ProcRoot => _folder.FullName;

    public FpingCapability Capability => new(FpingPath, new Version(5, 1), SocketMode.Raw, IPv6: true);

    public int Runs => int.Parse(File.ReadAllText(Path.Combine(ProcRoot, "runs")), CultureInfo.InvariantCulture);

    /// <summary>What the how-manieth process was given.</summary>
    public string[] InputOf(int run) => File.ReadAllLines(Path.Combine(ProcRoot, $"input.{run}"));

    public void WriteSockets(string table, params (int Inode, int Uid, int Drops)[] sockets) => File.WriteAllText(
        Path.Combine(ProcRoot, "net", table),
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n" + string.Concat(sockets.Select(
            s => $"   1: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000 {s.Uid,5}        0 {s.Inode} 2 0000000000000000 {s.Drops}\n")));

    public void RemoveSockets(string table) => File.Delete(Path.Combine(ProcRoot, "net", table));

    /// <summary>As /proc shows an open socket of a process.</summary>
    public void OpenSocket(int processId, int inode)
    {
        var files = Directory.CreateDirectory(Path.Combine(ProcRoot, $"{processId}", "fd"));
        File.CreateSymbolicLink(Path.Combine(files.FullName, $"{inode}"), $"socket:[{inode}]");
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
