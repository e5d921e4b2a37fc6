using System.ComponentModel;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using FpingCluster.TestKit.Lab;

namespace FpingCluster.TestKit.Truth;

/// <summary>A network namespace with a loopback and, once configured, a TUN interface as its only way.</summary>
internal sealed class TruthNamespace
{
    public const string Interface = "tun0";

    private const string Host = "host";

    // An answer may come from an address that no route leads to.
    private const string MakeScript = """
        [[ -e /dev/net/tun ]] || { mkdir -p /dev/net && mknod /dev/net/tun c 10 200; }
        ip netns add "$1"
        ip netns exec "$1" sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
        """;

    // The device drops what exceeds its queue.
    private const string ConfigureScript = """
        ip -n "$1" -batch - <<'TOPOLOGY'
        link set lo up
        link set tun0 addrgenmode none
        link set tun0 mtu 65535 txqueuelen 200000
        link set tun0 up
        address add 10.66.0.1/32 dev tun0
        address add fd66::1/128 dev tun0 nodad
        route add 10.64.0.0/10 dev tun0
        route add fd66:1::/64 dev tun0
        TOPOLOGY
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static int _created;

    private readonly string _prefix = $"fpc-{Environment.ProcessId}-truth{Interlocked.Increment(ref _created)}-";

    private string? _identity;

    private string Name => _prefix + Host;

    /// <exception cref="LabException">The machine lacks something, and the message says what.</exception>
    public Task Make() => Script(MakeScript);

    public Task Configure() => Script(ConfigureScript);

    /// <summary>Ends what runs in it and deletes it, also when it was never made.</summary>
    /// <exception cref="TimeoutException">Threads that were started inside do not end.</exception>
    public async Task Delete()
    {
        await LabScript.Run(["--prefix", _prefix, "down"]);
        if (_identity is not null)
        {
            await StrayThreads.BringHome(_identity);
        }
    }

    public LabProcess Start(string executable, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment) =>
        LabProcess.Start(LabScript.Path, ["--prefix", _prefix, "exec", Host, executable, .. arguments], environment);

    /// <summary>Runs an action on a thread of its own inside the namespace, and waits for it.</summary>
    public T Run<T>(Func<T> action)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(Enter) { IsBackground = true, Name = Name };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;

        void Enter()
        {
            try
            {
                EnterOnThisThread();
                result = action();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }
    }

    private void EnterOnThisThread()
    {
        using var space = Libc.Open($"/run/netns/{Name}", Libc.ReadOnly | Libc.CloseOnExec);
        if (space.IsInvalid || Libc.SetNamespace(space, Libc.NewNetwork) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            throw new Win32Exception(errno, $"cannot enter the network namespace {Name}: {Marshal.GetPInvokeErrorMessage(errno)}");
        }

        _identity = StrayThreads.CurrentNamespace;
    }

    private async Task Script(string script)
    {
        await using var bash = LabProcess.Start("bash", ["-euc", script, "bash", Name]);
        if (await bash.WaitForExit(Patience) != 0)
        {
            throw new LabException(string.Join(Environment.NewLine, bash.Errors));
        }
    }
}
