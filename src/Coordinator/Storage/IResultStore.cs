using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Results;

namespace FpingCluster.Coordinator.Storage;

/// <summary>
/// Where rounds and results are kept. What a method has written is durable when it returns. A failure is a <see cref="StoreException"/> that says what to do;
/// nothing is half-written then. Reading may go on from several threads while one writes.
/// </summary>
internal interface IResultStore : IAsyncDisposable
{
    /// <summary>The generation in which this store was made: epochs of lower ones were given by coordinators with another store.</summary>
    int FirstGeneration { get; }

    /// <summary>Higher at each opening: the high half of every epoch, so neither a restart nor a new store in place of a lost one gives an epoch twice.</summary>
    int Generation { get; }

    /// <summary>Why nothing more is written, and what to do: the store was found to be damaged. Null while it is not.</summary>
    string? Damage { get; }

    /// <summary>Gives the round its id and keeps its shards (their contents once per content hash).</summary>
    RoundId BeginRound(RoundRecord round, IReadOnlyList<StoredShard> shards);

    /// <summary>
    /// All or none, in one transaction. A batch whose (round, shard) is there already is left as it was; one of a round that was deleted is passed over.
    /// </summary>
    void Append(IReadOnlyList<StoredBatch> batches);

    /// <summary>A round that is closed already is left as it was.</summary>
    void CloseRound(RoundId round, DateTimeOffset closedAt, RoundSummary summary);

    RoundRecord? FindRound(RoundId round);

    /// <summary>Newest first; all jobs when <paramref name="job"/> is null.</summary>
    IReadOnlyList<RoundRecord> ReadRounds(string? job, int limit);

    /// <summary>Those begun and never closed, of all jobs; newest first.</summary>
    IReadOnlyList<RoundRecord> ReadUnfinishedRounds();

    /// <summary>In the order of shard ids.</summary>
    IReadOnlyList<StoredShard> ReadShards(RoundId round);

    /// <summary>
    /// In the order of shard ids, read as it is enumerated. Ends in a <see cref="StoreException"/> when the round was deleted meanwhile or is not there,
    /// so that what ends without one is whole.
    /// </summary>
    IEnumerable<StoredBatch> ReadBatches(RoundId round);

    /// <summary>Deletes closed rounds begun before this time and contents that no round names any more; returns how many rounds.</summary>
    int DeleteRoundsBefore(DateTimeOffset time);
}
