using System.Security.Cryptography;
using System.Threading.Channels;
using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines.Raw.Native;
using FpingCluster.Shared.Configuration;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Engines.Raw;

/// <summary>The native engine: ICMP sockets of its own, batches of system calls, the kernel's time stamps, and a watch over everything this host may drop.</summary>
internal sealed partial class RawEngine(RawSettings settings, IEngineRate limit, TimeProvider time, ILogger<RawEngine> logger) : IProbeEngine
{
    // Shards taken have begun: they cannot be given to a faster agent, and who leaves finishes them. So few wait for a lane, and one at a low rate.
    private const int MostWaitingShards = 4;
    private const int PingsPerSecondOfWaitingShard = 5_000;

    // Targets a take, so that shards of few targets do not cost a take each: 20 ms' worth.
    private const double TakeSeconds = 0.02;

    /// <summary>Of the lanes' threads, as the kernel shows them.</summary>
    public const string LaneName = "raw lane";

    private readonly List<RawCounters> _counters = [];

    public EngineKind Kind => EngineKind.Raw;

    /// <summary>Of all lanes; a running engine's numbers are a little behind.</summary>
    public RawCounters Counters
    {
        get
        {
            var sum = new RawCounters();
            _counters.ForEach(sum.Add);
            return sum;
        }
    }

    public async Task RunAsync(IShardSource source, IResultSink sink, CancellationToken cancellationToken)
    {
        var pacer = new Pacer(limit);
        var shards = Channel.CreateBounded<ShardAssignment>(Math.Clamp(limit.Ceiling / PingsPerSecondOfWaitingShard, 1, MostWaitingShards));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lanes = settings.LanesFor(limit.Ceiling, Environment.ProcessorCount);
        // The lowest bits of the id tell a raw engine's lanes apart.
        var id = (ushort)(RandomNumberGenerator.GetInt32(ushort.MaxValue + 1) & ~0xFF);
        Log.Started(logger, lanes, settings.Mode, limit.PingsPerSecond);
        var ports = PingPorts.OpenAll(lanes, settings.Mode, id, settings.ReceiveBuffer);
        var prefixes = new PrefixPacer(limit);
        var books = ports.ConvertAll(_ => new PingBook(sink, time, prefixes));
        using var host = new HostDrops();
        var damagedBefore = CountDamaged(host);
        // Complete before the first lane starts, because each reads the counters of all.
        _counters.AddRange(books.Select(book => book.Counters));
        var running = ports.Zip(books, (port, book) => StartLane(port, book, pacer, shards.Reader, stop)).ToList();
        try
        {
            await FeedAsync(source, shards.Writer, stop.Token);
            await Task.WhenAll(running);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A lane broke and stopped the others; it says why.
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(running);
            _counters[^1].Corrupted += CountDamaged(host) - damagedBefore;
            Log.Ended(logger, Describe(Counters));
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task FeedAsync(IShardSource source, ChannelWriter<ShardAssignment> shards, CancellationToken cancellationToken)
    {
        var pingsPerTarget = 1;
        while (await shards.WaitToWriteAsync(cancellationToken))
        {
            var taken = await source.TakeAsync(Math.Max(1, (int)(limit.PingsPerSecond * TakeSeconds / pingsPerTarget)), cancellationToken);
            if (taken.Count == 0)
            {
                shards.Complete();
                return;
            }

            foreach (var assignment in taken)
            {
                pingsPerTarget = assignment.Probe.Count;
                await shards.WriteAsync(assignment, cancellationToken);
            }
        }
    }

    /// <summary>The lane's end; if it broke, the others are stopped.</summary>
    private Task StartLane(PingPorts ports, PingBook book, Pacer pacer, ChannelReader<ShardAssignment> shards, CancellationTokenSource stop)
    {
        return Task.Factory.StartNew(RunLane, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.RunContinuationsAsynchronously, TaskScheduler.Default);

        void RunLane()
        {
            Thread.CurrentThread.Name = LaneName;
            var clock = new NativeClock();
            using var owned = ports;
            using var receiver = new LaneReceiver(book, ports, clock);
            using var sender = new LaneSender(book, ports, receiver, pacer, clock);
            using var drops = new DropWatch(ports, new HostDrops(), CountFailedSends);
            try
            {
                new RawLane(book, sender, receiver, drops, pacer, clock, (dropped, rate) => Log.Slowed(logger, dropped, rate)).Run(shards, stop.Token);
            }
            catch
            {
                stop.Cancel();
                throw;
            }
        }
    }

    private long CountFailedSends()
    {
        var failed = 0L;
        foreach (var lane in _counters)
        {
            failed += lane.FailedSends;
        }

        return failed;
    }

    // Those that never reach a socket, for which the kernel counts for the whole host.
    private long CountDamaged(HostDrops host)
    {
        var counts = host.Read();
        return counts.DamagedV6 + (settings.Mode == SocketMode.Datagram ? counts.DamagedV4 : 0);
    }

    private static string Describe(RawCounters counters) =>
        $"{counters.Sent:N0} sent, {counters.Answered:N0} answered, {counters.Lost:N0} lost, {counters.Obscured:N0} sent again, {counters.GivenUp:N0} given up, " +
        $"{counters.SendErrors:N0} not sent; set aside: {counters.Duplicates:N0} duplicates, {counters.Late:N0} late, {counters.Foreign:N0} foreign, " +
        $"{counters.Forged:N0} forged, {counters.WrongSource:N0} from a wrong source, {counters.Truncated:N0} truncated, {counters.Corrupted:N0} corrupted; " +
        $"{counters.UselessStamps:N0} timestamps useless";
}
