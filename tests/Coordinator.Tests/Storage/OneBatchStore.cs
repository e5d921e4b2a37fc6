using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Tests.Storage;

/// <summary>A store in which there is one batch, whatever is asked for.</summary>
internal sealed class OneBatchStore(StoredBatch batch) : IResultStore
{
    public int FirstGeneration => 1;

    public int Generation => 1;

    public string? Damage => null;

    public IEnumerable<StoredBatch> ReadBatches(RoundId round) => [batch];

    public RoundId BeginRound(RoundRecord round, IReadOnlyList<StoredShard> shards) => throw new NotSupportedException();

    public void Append(IReadOnlyList<StoredBatch> batches) => throw new NotSupportedException();

    public void CloseRound(RoundId round, DateTimeOffset closedAt, RoundSummary summary) => throw new NotSupportedException();

    public RoundRecord? FindRound(RoundId round) => null;

    public IReadOnlyList<RoundRecord> ReadRounds(string? job, int limit) => [];

    public IReadOnlyList<RoundRecord> ReadUnfinishedRounds() => [];

    public IReadOnlyList<StoredShard> ReadShards(RoundId round) => [];

    public int DeleteRoundsBefore(DateTimeOffset time) => 0;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
