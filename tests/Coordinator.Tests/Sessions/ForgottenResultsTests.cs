using FpingCluster.Coordinator.Sessions;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.TestKit;

namespace FpingCluster.Coordinator.Tests.Sessions;

public sealed class ForgottenResultsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogger<ForgottenResults> _log = new();
    private readonly ForgottenResults _forgotten;

    public ForgottenResultsTests() => _forgotten = new ForgottenResults("berlin-1", _time, _log);

    [Fact]
    public void First_results_are_told_at_once_and_later_ones_together_once_a_minute()
    {
        _forgotten.Add(500, ForgottenWhy.OtherStore);
        _forgotten.Add(300, ForgottenWhy.OtherStore);
        _forgotten.Add(1, ForgottenWhy.NoSuchShard);
        Assert.Equal(["500 results of agent berlin-1; they were leased by a coordinator with another store, whose round had the same number"], Told());

        _time.Advance(TimeSpan.FromMinutes(1));
        _forgotten.Add(20, ForgottenWhy.OtherStore);

        Assert.Equal(["320 results of agent berlin-1; they were leased by a coordinator with another store, whose round had the same number",
            "1 result of agent berlin-1; their round has no such shard"], Told()[1..]);
    }

    [Fact]
    public void Rest_is_told_at_the_end_of_the_session_once()
    {
        _forgotten.Add(2, ForgottenWhy.NoSuchRound);
        _forgotten.Add(3, ForgottenWhy.OtherTargets);

        _forgotten.Tell();
        _forgotten.Tell();

        Assert.Equal(["3 results of agent berlin-1; their shard has other targets in this round"], Told()[1..]);
    }

    [Fact]
    public void Batch_without_results_is_not_told()
    {
        _forgotten.Add(0, ForgottenWhy.NoSuchRound);
        _forgotten.Tell();

        Assert.Empty(_log.Entries);
    }

    private string[] Told() => [.. _log.Entries.Select(entry => entry.Message[(entry.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..])];
}
