using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines.Raw;
using FpingCluster.Agent.Engines.Raw.Native;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines.Raw;

public sealed class PingBookTests
{
    private const long Ms = BookUnderTest.Ms;

    private static readonly Probe Once = new() { Count = 1, Period = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromMilliseconds(500) };

    private static readonly TargetAddress Stranger = TargetAddress.Parse("127.9.9.9");

    private readonly BookUnderTest _book = new();

    [Fact]
    public void Answered_ping_counts_with_its_rtt()
    {
        AddOne(Once);
        _book.Answer(_book.SendOne(7 * Ms), 9 * Ms + 345_600);

        _book.Finish(600 * Ms);

        AssertResult([1], [1], [2346]);
        Assert.Equal((1, 1), (_book.Sink.Sent, _book.Sink.Received));
    }

    [Fact]
    public void Unanswered_ping_is_lost_when_its_timeout_has_passed_and_not_before()
    {
        AddOne(Once);
        _book.SendOne(0);

        _book.Expire(500 * Ms - 1);
        Assert.Equal(0, _book.Counters.Lost);
        _book.Finish(500 * Ms);

        AssertResult([1], [0], [0]);
    }

    [Fact]
    public void Ping_is_not_decided_before_all_is_read_that_came_in_time()
    {
        AddOne(Once);
        var ping = _book.SendOne(0);

        _book.Book.Expire(settledNs: 499 * Ms, nowNs: 60_000 * Ms);
        _book.Answer(ping, 480 * Ms);
        _book.Finish(60_000 * Ms);

        AssertResult([1], [1], [480_000]);
    }

    [Fact]
    public void Answer_in_the_last_nanosecond_counts_and_one_after_it_does_not()
    {
        var shard = Shards.Of(Shards.LoopbackAddresses(2), Once);
        _book.Add(shard);
        var pings = _book.Send(0);

        _book.Answer(pings[0], 500 * Ms);
        _book.Answer(pings[1], 500 * Ms + 1);
        _book.Finish(600 * Ms);

        AssertResult([1, 1], [1, 0], [500_000, 0]);
        Assert.Equal(1, _book.Counters.Late);
    }

    [Fact]
    public void Second_answer_to_a_late_ping_is_a_duplicate_and_the_ping_stays_lost()
    {
        AddOne(Once);
        var ping = _book.SendOne(0);

        _book.Answer(ping, 501 * Ms);
        _book.Answer(ping, 499 * Ms);
        _book.Finish(600 * Ms);

        AssertResult([1], [0], [0], new TargetReason(0, ReasonKind.Duplicate, 1));
        Assert.Equal((1, 1, 0), (_book.Counters.Late, _book.Counters.Duplicates, _book.Counters.Answered));
    }

    [Fact]
    public void Answer_to_a_decided_ping_is_late_and_changes_nothing()
    {
        AddOne(Once);
        var ping = _book.SendOne(0);

        _book.Expire(500 * Ms);
        _book.Answer(ping, 510 * Ms);
        _book.Finish(600 * Ms);

        AssertResult([1], [0], [0]);
        Assert.Equal((1, 0, 0), (_book.Counters.Late, _book.Counters.Answered, _book.Counters.Foreign));
    }

    [Fact]
    public void Further_answers_are_duplicates_and_counted_apart()
    {
        AddOne(Once with { Count = 2 });
        var first = _book.SendOne(0);
        _book.Answer(first, 1 * Ms);
        _book.Answer(first, 2 * Ms);
        _book.Answer(first, 3 * Ms);
        var second = _book.SendOne(100 * Ms);
        _book.Answer(second, 105 * Ms);
        _book.Answer(second, 106 * Ms);

        _book.Finish(700 * Ms);

        AssertResult([2], [2], [1000, 5000], new TargetReason(0, ReasonKind.Duplicate, 3));
    }

    [Fact]
    public void Forged_answer_counts_nowhere_and_the_genuine_one_still_does()
    {
        AddOne(Once);
        var ping = _book.SendOne(0);
        var forged = _book.Payload(ping);
        forged[^1] ^= 1;

        _book.Answer(ping, 1 * Ms, ping.Target, forged);
        _book.Answer(ping, 3 * Ms);
        _book.Finish(600 * Ms);

        AssertResult([1], [1], [3000]);
        Assert.Equal(1, _book.Counters.Forged);
    }

    [Fact]
    public void Answer_from_another_address_is_a_reason_once_and_no_answer()
    {
        AddOne(Once with { Count = 2 });
        _book.Answer(_book.SendOne(0), 1 * Ms, Stranger);
        var second = _book.SendOne(100 * Ms);
        _book.Answer(second, 101 * Ms, Stranger);
        _book.Answer(second, 104 * Ms);

        _book.Finish(700 * Ms);

        AssertResult([2], [1], [0, 4000], new TargetReason(0, ReasonKind.WrongSource, Source: Stranger));
        Assert.Equal(2, _book.Counters.WrongSource);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-8)]
    [InlineData(-12)]
    [InlineData(-20)]
    [InlineData(1)]
    public void Answer_of_another_length_is_none(int more)
    {
        AddOne(Once with { Size = 20 });
        var ping = _book.SendOne(0);
        var payload = _book.Payload(ping);
        Array.Resize(ref payload, payload.Length + more);

        _book.Answer(ping, 1 * Ms, ping.Target, payload);
        _book.Finish(600 * Ms);

        AssertResult([1], [0], [0]);
        Assert.Equal(1, _book.Counters.Truncated);
    }

    [Fact]
    public void Answer_without_any_ping_is_foreign()
    {
        _book.Answer(new BookUnderTest.SentPing(0, default, Stranger, 12), 0);
        _book.Answer(new BookUnderTest.SentPing(0, default, Stranger, 0), 0);

        Assert.Equal(2, _book.Counters.Foreign);
    }

    [Fact]
    public void Answer_with_another_sequence_number_than_its_token_is_foreign()
    {
        AddOne(Once);
        var ping = _book.SendOne(0);

        _book.Answer(ping with { Number = ping.Number + 1 }, 1 * Ms, ping.Target, _book.Payload(ping));

        Assert.Equal((1, 0), (_book.Counters.Foreign, _book.Counters.Answered));
    }

    [Fact]
    public void Obscured_ping_is_sent_again_and_counts_once()
    {
        AddOne(Once);
        _book.SendOne(0);
        _book.Book.Obscure();
        _book.Expire(500 * Ms);

        _book.Answer(_book.SendOne(500 * Ms), 507 * Ms);
        _book.Finish(1100 * Ms);

        AssertResult([1], [1], [7000]);
        Assert.Equal(1, _book.Result.LocalDrops);
        Assert.Equal((1, 1), (_book.Sink.Sent, _book.Sink.Received));
    }

    [Fact]
    public void Ping_obscured_every_time_is_given_up_and_stays_unmeasured()
    {
        AddOne(Once);
        for (var attempt = 0; attempt < PingBook.MaxAttempts; attempt++)
        {
            Assert.Equal(attempt, _book.SendOne(attempt * 500 * Ms).Due.Attempt);
            _book.Book.Obscure();
            _book.Expire((attempt + 1) * 500 * Ms);
        }

        const long end = PingBook.MaxAttempts * 500 * Ms;
        Assert.Empty(_book.Send(end));
        _book.Finish(end);

        AssertResult([0], [0], [], new TargetReason(0, ReasonKind.LocalDrop));
        Assert.Equal((0, 1), (_book.Sink.Sent, _book.Counters.GivenUp));
    }

    [Fact]
    public void Ping_sent_after_the_drop_is_lost_at_the_first_attempt()
    {
        AddOne(Once);
        _book.Book.Obscure();
        _book.SendOne(0);

        _book.Expire(500 * Ms);

        Assert.Empty(_book.Send(500 * Ms));
        Assert.Equal(1, _book.Counters.Lost);
    }

    [Fact]
    public void Answer_after_the_timeout_tells_that_an_obscured_ping_was_lost()
    {
        AddOne(Once);
        var ping = _book.SendOne(0);
        _book.Book.Obscure();

        _book.Answer(ping, 501 * Ms);
        _book.Finish(502 * Ms);

        AssertResult([1], [0], [0]);
        Assert.Empty(_book.Send(502 * Ms));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ping_of_uncertain_time_is_sent_again_whether_answered_or_not(bool isAnswered)
    {
        AddOne(Once);
        var uncertain = _book.SendOne(10 * Ms, isUncertain: true);
        if (isAnswered)
        {
            _book.Answer(uncertain, 12 * Ms);
        }

        _book.Expire(510 * Ms);
        _book.Answer(_book.SendOne(510 * Ms), 514 * Ms);
        _book.Finish(1100 * Ms);

        AssertResult([1], [1], [4000]);
        Assert.Equal(1, _book.Result.LocalDrops);
    }

    [Fact]
    public void Ping_that_did_not_leave_is_unmeasured_with_its_errno_and_the_next_one_follows()
    {
        AddOne(Once with { Count = 2 });
        Assert.True(_book.Book.TryPick(0, out var due));
        _book.Book.NotSent(_book.Book.Begin(due, 0), Constants.EPERM, 0);

        Assert.Empty(_book.Send(100 * Ms - 1));
        _book.Answer(_book.SendOne(100 * Ms), 102 * Ms);
        _book.Finish(700 * Ms);

        AssertResult([1], [1], [2000], new TargetReason(0, ReasonKind.SendError, Constants.EPERM));
        Assert.Equal((1, 1), (_book.Counters.Sent, _book.Counters.SendErrors));
    }

    [Fact]
    public void Icmp_error_is_a_reason_once_and_the_ping_stays_lost()
    {
        AddOne(Once with { Count = 2 });
        _book.Refuse(_book.SendOne(0), 3, 1, Stranger);
        _book.Refuse(_book.SendOne(100 * Ms), 3, 13, Stranger);

        _book.Finish(700 * Ms);

        AssertResult([2], [0], [0, 0], TargetReason.Icmp(0, 3, 1, Stranger));
        Assert.Equal(2, _book.Counters.Errors);
    }

    [Fact]
    public void Icmp_error_about_another_destination_is_foreign()
    {
        AddOne(Once);
        _book.Refuse(_book.SendOne(0), 3, 1, Stranger, Stranger);

        _book.Finish(700 * Ms);

        AssertResult([1], [0], [0]);
        Assert.Equal((1, 0), (_book.Counters.Foreign, _book.Counters.Errors));
    }

    [Fact]
    public void Shard_without_targets_is_reported_empty()
    {
        _book.Add(Shards.Of([], Once));
        Assert.Empty(_book.Send(0));

        _book.Finish(0);

        AssertResult([], [], []);
        Assert.True(_book.Book.IsIdle);
    }

    [Fact]
    public void Same_target_in_two_shards_is_pinged_for_each()
    {
        ShardAssignment[] shards = [Shards.Of(Shards.LoopbackAddresses(1), Once, 1), Shards.Of(Shards.LoopbackAddresses(1), Once, 2)];
        Array.ForEach(shards, _book.Add);
        var pings = _book.Send(0);

        _book.Answer(pings[1], 5 * Ms);
        _book.Answer(pings[0], 8 * Ms);
        _book.Finish(600 * Ms);

        Assert.Equal([8000], _book.ResultOf(shards[0]).RttsUs);
        Assert.Equal([5000], _book.ResultOf(shards[1]).RttsUs);
    }

    [Fact]
    public void Pings_of_a_target_follow_each_other_after_their_own_period()
    {
        var often = Shards.Of(Shards.LoopbackAddresses(1), Once with { Count = 3, Period = TimeSpan.FromMilliseconds(30) }, 1);
        var rarely = Shards.Of(Shards.LoopbackAddresses(1, 9), Once with { Count = 2, Period = TimeSpan.FromMilliseconds(70) }, 2);
        _book.Add(often);
        _book.Add(rarely);
        var times = new List<(int Shard, int Ping, long AtMs)>();
        for (var now = 0; now < 200; now++)
        {
            times.AddRange(_book.Send(now * Ms).Select(ping => (ping.Due.Shard, (int)ping.Due.Ping, (long)now)));
        }

        Assert.Equal([(0, 0, 0), (0, 1, 30), (0, 2, 60), (1, 0, 0), (1, 1, 70)], times.Order());
        Assert.Equal(long.MaxValue, _book.Book.NextDueNs);
    }

    [Fact]
    public void Shards_of_different_timeouts_keep_each_its_own()
    {
        var patient = Shards.Of(Shards.LoopbackAddresses(1), Once, 1);
        var hasty = Shards.Of(Shards.LoopbackAddresses(2, 5), Once with { Timeout = TimeSpan.FromMilliseconds(50) }, 2);
        _book.Add(patient);
        _book.Add(hasty);
        var pings = _book.Send(0);

        _book.Answer(pings[1], 50 * Ms);
        _book.Answer(pings[2], 60 * Ms);
        _book.Expire(100 * Ms);
        _book.Answer(pings[0], 400 * Ms);
        _book.Finish(500 * Ms);

        Assert.Equal([400_000], _book.ResultOf(patient).RttsUs);
        Assert.Equal([50_000, 0], RttsByTarget(_book.ResultOf(hasty), pings[1..]));
    }

    [Fact]
    public void Shard_is_reported_once_and_its_place_is_free_when_its_last_ping_is_gone()
    {
        AddOne(Once);
        _book.Answer(_book.SendOne(0), 1 * Ms);

        _book.Expire(20 * Ms);
        Assert.Empty(_book.Sink.Results);
        _book.Expire(21 * Ms);
        Assert.Single(_book.Sink.Results);
        Assert.True(_book.Book.IsIdle);
        Assert.True(_book.Book.HasInFlight);
        _book.Expire(500 * Ms);
        _book.Expire(5000 * Ms);

        Assert.Single(_book.Sink.Results);
        Assert.True(_book.Book.IsIdle);
        Assert.False(_book.Book.HasInFlight);
    }

    [Fact]
    public void Results_are_for_exactly_the_targets_in_their_order()
    {
        var shards = Shards.Many(7, 61, Once);
        Array.ForEach(shards, _book.Add);
        foreach (var ping in _book.Send(0))
        {
            _book.Answer(ping, (1 + ping.Target.IPv4 % 1000) * Ms / 10);
        }

        _book.Finish(600 * Ms);

        foreach (var shard in shards)
        {
            var result = _book.ResultOf(shard);
            Assert.Null(result.FindDefect(61, 1));
            Assert.Equal(shard.Targets.Select(target => (1 + target.IPv4 % 1000) * 100), result.RttsUs);
        }
    }

    private static uint[] RttsByTarget(ShardResult result, IEnumerable<BookUnderTest.SentPing> pings) =>
        [.. pings.Select(ping => result.RttsUs[ping.Due.Target])];

    private void AddOne(Probe probe) => _book.Add(Shards.Of(Shards.LoopbackAddresses(1), probe));

    private void AssertResult(ushort[] sent, ushort[] received, uint[] rttsUs, params TargetReason[] reasons)
    {
        Assert.Equal(sent, _book.Result.Sent);
        Assert.Equal(received, _book.Result.Received);
        Assert.Equal(rttsUs, _book.Result.RttsUs);
        Assert.Equal(reasons, _book.Result.Reasons);
        Assert.Null(_book.Result.FindDefect(sent.Length, int.MaxValue));
    }
}
