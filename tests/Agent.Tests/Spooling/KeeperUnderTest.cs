using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Results;
using FpingCluster.Agent.Spooling;
using FpingCluster.Agent.Tests.Session;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.TestKit;
using Microsoft.Extensions.Logging;
using static FpingCluster.Agent.Tests.Assignments.TestShards;
using static FpingCluster.Agent.Tests.Spooling.SpoolSamples;
using LeaseReturnReason = FpingCluster.Shared.Leases.LeaseReturnReason;

namespace FpingCluster.Agent.Tests.Spooling;

/// <summary>An outbox, its spool and their keeper, from one start of an agent to its end; the keeper looks when it is told to.</summary>
internal sealed class KeeperUnderTest : IDisposable
{
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(1);

    private readonly LeaseReturns _returns;
    private readonly LoggerFactory _loggers;

    /// <param name="memory">How many batches memory holds before it is full.</param>
    public KeeperUnderTest(string folder, FakeTimeProvider time, long limit = 16 << 20, long? segmentBytes = null, int memory = 1000)
    {
        var outgoing = new ChangeSignal();
        _returns = new LeaseReturns(outgoing);
        _loggers = new LoggerFactory([Log]);
        Time = time;
        Spool = ResultSpool.Open(folder, limit, segmentBytes);
        Outbox = new ResultOutbox(Gate, outgoing, memory * MemoryBytes);
        Keeper = new SpoolKeeper(Outbox, Spool, _returns, Counters, time, _loggers.CreateLogger<SpoolKeeper>());
        Keeper.Recover();
    }

    public FakeTimeProvider Time { get; }

    public IntakeGate Gate { get; } = new();

    public ProbeCounters Counters { get; } = new();

    public LogLines Log { get; } = new();

    public ResultSpool Spool { get; }

    public ResultOutbox Outbox { get; }

    public SpoolKeeper Keeper { get; }

    /// <summary>Shards of batches that are not on the disk.</summary>
    public IReadOnlyList<ulong> InMemoryAlone => [.. Outbox.NextToSpool(long.MaxValue).Select(batch => batch.Shard)];

    public void Add(params ulong[] shards)
    {
        foreach (var shard in shards)
        {
            Outbox.Add(Lease(shard), Content, Columns());
        }
    }

    /// <summary>The keeper looks, and again when there was no session for as long as it waits.</summary>
    public void KeepWithoutSession()
    {
        Keeper.Keep();
        Time.Advance(Absence);
        Keeper.Keep();
    }

    public void OpenSession(int credits)
    {
        Outbox.Introduce();
        Outbox.OpenWindow(credits);
        Keeper.Keep();
    }

    /// <summary>All that the window lets through now.</summary>
    public List<ResultBatch> Send()
    {
        List<ResultBatch> sent = [];
        int before;
        do
        {
            before = sent.Count;
            Keeper.Keep();
            while (Outbox.TryTakeToSend(out var batch))
            {
                sent.Add(batch);
            }
        }
        while (sent.Count > before);

        return sent;
    }

    /// <summary>Shards whose results were dropped since the last call, as the coordinator is told.</summary>
    public IReadOnlyList<ulong> TakeDropped() =>
        [.. _returns.TakeAll().Where(lease => lease.Reason == LeaseReturnReason.ResultsDropped).Select(lease => lease.Lease.Shard.Value)];

    public void Use(Action<KeeperUnderTest> use)
    {
        using (this)
        {
            use(this);
        }
    }

    public void Dispose()
    {
        Spool.Dispose();
        _loggers.Dispose();
    }
}
