using System.Collections.Concurrent;
using FpingCluster.Shared.Targets;

namespace FpingCluster.TestKit.Truth;

/// <summary>
/// The thread that plays all targets: it reads requests and writes each answer when its time has come. Allocates per target, and per answer only while more of
/// them wait than ever before.
/// </summary>
internal sealed class Responder : IDisposable
{
    // So often it looks whether it shall end.
    private const long LongestPauseNs = 20_000_000;

    private readonly TunDevice _device;
    private readonly Func<TargetAddress, TargetLog> _open;
    private readonly ConcurrentDictionary<TargetAddress, TargetLog> _targets = new();
    private readonly PriorityQueue<PendingAnswer, long> _pending = new();
    private readonly PacketPool _pool = new();
    private readonly byte[] _request = new byte[TunDevice.LongestPacket];
    private readonly Thread _thread;
    private volatile bool _stopping;
    private volatile Exception? _failure;

    public Responder(TunDevice device, Func<TargetAddress, TargetRule> rules)
    {
        _device = device;
        _open = address => new TargetLog(address, rules(address));
        _thread = new Thread(Run) { IsBackground = true, Name = "truth" };
        _thread.Start();
    }

    private static long NowNs => TimeProvider.System.GetTimestamp();

    /// <exception cref="InvalidOperationException">The thread broke, by a rule that threw for instance: what it knows is not all.</exception>
    public TargetTruth? Find(TargetAddress address)
    {
        if (_failure is { } failure)
        {
            throw new InvalidOperationException($"the network broke: {failure.Message}", failure);
        }

        return _targets.TryGetValue(address, out var target) ? target.Snapshot() : null;
    }

    /// <summary>Ends the thread; answers that wait are not given any more.</summary>
    public void Dispose()
    {
        _stopping = true;
        _thread.Join();
    }

    private void Run()
    {
        try
        {
            // Without this the kernel may wake the thread 50 us late.
            Libc.ProcessControl(Libc.SetTimerSlack, 1);
            // Real targets do not wait for the pinging host's CPU. Where this is not permitted, answers come later than they should, and the truth says so.
            Libc.SetScheduler(Libc.ThisThread, Libc.RoundRobin, priority: 1);
            while (!_stopping)
            {
                WriteDue();
                var length = _device.Read(_request);
                if (length == 0)
                {
                    Pause();
                }
                else if (EchoRequest.TryParse(_request.AsSpan(0, length), out var request))
                {
                    Answer(request, NowNs);
                }
            }
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
    }

    private void Answer(in EchoRequest request, long nowNs)
    {
        var target = _targets.GetOrAdd(request.Destination, _open);
        var ping = target.Requested(request.Id, request.Sequence, request.Payload, nowNs);
        var answers = target.AnswersTo(ping);
        for (var i = 0; i < answers.Count; i++)
        {
            var answer = answers[i];
            var packet = _pool.Rent(AnswerWriter.LengthFor(request.Header.Length + request.Icmp.Length));
            var pending = new PendingAnswer(target, ping, answer.Kind, nowNs, packet, AnswerWriter.Write(request, answer, packet));
            if (answer.DelayNs == 0)
            {
                Write(pending);
            }
            else
            {
                _pending.Enqueue(pending, nowNs + answer.DelayNs);
            }
        }
    }

    private void WriteDue()
    {
        while (_pending.TryPeek(out var pending, out var dueNs) && dueNs <= NowNs)
        {
            _pending.Dequeue();
            Write(pending);
        }
    }

    // Noted first: who has the answer finds it in the truth.
    private void Write(in PendingAnswer pending)
    {
        var now = NowNs;
        pending.Target.Answered(new TruthAnswer(pending.Ping, pending.Kind, now, now - pending.RequestedNs));
        _device.Write(pending.Packet.AsSpan(0, pending.Length));
        _pool.Return(pending.Packet);
    }

    private void Pause()
    {
        var pause = _pending.TryPeek(out _, out var dueNs) ? Math.Min(dueNs - NowNs, LongestPauseNs) : LongestPauseNs;
        if (pause > 0)
        {
            _device.Await(pause);
        }
    }
}
