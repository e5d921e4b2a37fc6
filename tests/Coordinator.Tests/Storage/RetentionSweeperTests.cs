using FpingCluster.Coordinator.Storage;
using FpingCluster.Shared.Leases;
using FpingCluster.TestKit;
using Microsoft.Extensions.Logging;
using static FpingCluster.Coordinator.Tests.Storage.StoreSamples;

namespace FpingCluster.Coordinator.Tests.Storage;

public sealed class RetentionSweeperTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(Start);
    private readonly RecordingLogger<RetentionSweeper> _logger = new();
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sweep_deletes_closed_rounds_once_their_retention_is_over()
    {
        var store = new MemoryResultStore();
        var sweeper = new RetentionSweeper(store, TimeSpan.FromDays(7), _time, _logger);
        var old = Closed(store);
        _time.Advance(TimeSpan.FromDays(7));
        var young = Closed(store);

        sweeper.Sweep();
        Assert.Equal([young, old], store.ReadRounds(null, 10).Select(round => round.Id));
        Assert.Empty(_logger.Entries);

        _time.Advance(TimeSpan.FromSeconds(1));
        sweeper.Sweep();
        Assert.Equal([young], store.ReadRounds(null, 10).Select(round => round.Id));
        Assert.Equal([(LogLevel.Information, "Deleted 1 round older than 7d")], _logger.Entries);
    }

    [Fact]
    public async Task Sweep_that_fails_is_reported_and_made_up_by_the_next()
    {
        await using var store = SqliteResultStore.Open(_folder.Path);
        var sweeper = new RetentionSweeper(store, TimeSpan.Zero, _time, _logger);
        Closed(store);
        _time.Advance(TimeSpan.FromSeconds(1));
        _folder.Sql("CREATE TRIGGER refuse BEFORE UPDATE ON rounds BEGIN SELECT raise(ABORT, 'refused'); END");

        sweeper.Sweep();
        Assert.Equal(LogLevel.Warning, Assert.Single(_logger.Entries).Level);
        Assert.Contains("refused", _logger.Entries[0].Message);

        _folder.Sql("DROP TRIGGER refuse");
        sweeper.Sweep();
        Assert.Empty(store.ReadRounds(null, 10));
    }

    private RoundId Closed(IResultStore store)
    {
        var id = store.BeginRound(Round(startedAt: _time.GetUtcNow()), []);
        store.CloseRound(id, _time.GetUtcNow(), Summary());
        return id;
    }
}
