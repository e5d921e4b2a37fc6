namespace FpingCluster.Coordinator.Storage;

/// <summary>
/// Deletes rounds in portions, so that a batch waits for one portion at most and never for a whole round. An interrupted deletion is finished by the next.
/// </summary>
internal sealed class RoundPurge(StoreDatabase database) : IDisposable
{
    /// <summary>About 800 KB of results: a few milliseconds of the writer.</summary>
    private const int ResultsPerPortion = 128;

    /// <summary>4 MB.</summary>
    private const int PagesPerPortion = 1024;

    private readonly PreparedCommand _markRounds = database.Prepare(
        "UPDATE rounds SET deleted = 1 WHERE deleted = 0 AND closed_at IS NOT NULL AND started_at < $1", 1);
    private readonly PreparedCommand _nextRound = database.Prepare("SELECT id FROM rounds WHERE deleted = 1 LIMIT 1");
    private readonly PreparedCommand _deleteResults = database.Prepare(
        "DELETE FROM results WHERE rowid IN (SELECT rowid FROM results WHERE round = $1 LIMIT $2)", 2);
    private readonly PreparedCommand _deleteShards = database.Prepare("DELETE FROM round_shards WHERE round = $1", 1);
    private readonly PreparedCommand _deleteRound = database.Prepare("DELETE FROM rounds WHERE id = $1", 1);

    // Rounds are numbered as they begin, so a content last used before the oldest round left is used by none.
    private readonly PreparedCommand _deleteContents = database.Prepare(
        """
        DELETE FROM shard_contents WHERE content IN
            (SELECT content FROM content_uses WHERE last_round < (SELECT ifnull(min(id), 9223372036854775807) FROM rounds))
        """);
    private readonly PreparedCommand _deleteUses = database.Prepare(
        "DELETE FROM content_uses WHERE last_round < (SELECT ifnull(min(id), 9223372036854775807) FROM rounds)");

    // Free pages serve the next round; only what exceeds a quarter of the file is given back.
    private readonly PreparedCommand _excessPages = database.Prepare(
        "SELECT freelist_count - page_count / 4 FROM pragma_freelist_count, pragma_page_count");
    private readonly PreparedCommand _giveBackPages = database.Prepare($"PRAGMA incremental_vacuum({PagesPerPortion})");

    public int DeleteRoundsBefore(DateTimeOffset time)
    {
        var rounds = database.Write(transaction => _markRounds.Execute(transaction, StoreReader.ToText(time)));
        if (!DeletePortion())
        {
            return rounds;
        }

        while (DeletePortion())
        {
        }

        database.Write(transaction => _deleteContents.Execute(transaction) + _deleteUses.Execute(transaction));
        while (GiveBackPortion())
        {
        }

        return rounds;
    }

    public void Dispose()
    {
        PreparedCommand[] commands =
            [_markRounds, _nextRound, _deleteResults, _deleteShards, _deleteRound, _deleteContents, _deleteUses, _excessPages, _giveBackPages];
        foreach (var command in commands)
        {
            command.Dispose();
        }
    }

    /// <summary>False when no round is left to delete.</summary>
    private bool DeletePortion() => database.Write(transaction =>
    {
        if (_nextRound.Scalar(transaction) is not { } round)
        {
            return false;
        }

        if (_deleteResults.Execute(transaction, round, ResultsPerPortion) < ResultsPerPortion)
        {
            _deleteShards.Execute(transaction, round);
            _deleteRound.Execute(transaction, round);
        }

        return true;
    });

    /// <summary>False when the file has no more free pages than it should.</summary>
    private bool GiveBackPortion() => database.Write(transaction =>
    {
        if (_excessPages.Scalar(transaction) <= 0)
        {
            return false;
        }

        _giveBackPages.Execute(transaction);
        return true;
    });
}
