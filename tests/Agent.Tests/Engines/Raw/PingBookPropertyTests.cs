using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines.Raw;
using FpingCluster.Agent.Engines.Raw.Native;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines.Raw;

/// <summary>The book on networks made up at random, against a model that keeps an object for each attempt and looks at all of them each millisecond.</summary>
public sealed class PingBookPropertyTests
{
    private const long Ms = BookUnderTest.Ms;

    private static readonly TargetAddress Stranger = TargetAddress.Parse("127.9.9.9");

    private enum Fate
    {
        Waiting,
        Answered,
        Late,
        Lost,
        SentAgain,
        NotSent,
        GivenUp,
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0.01)]
    [InlineData(3, 0.1)]
    [InlineData(4, 0.5)]
    public void Random_network_is_measured_as_the_plain_model_measures_it(int seed, double dropChance)
    {
        for (var run = 0; run < 150; run++)
        {
            var network = new Network(seed * 1000 + run, dropChance);
            network.Run();
            network.AssertBookAgrees();
        }
    }

    private sealed class Attempt
    {
        public required BookUnderTest.SentPing Ping { get; init; }

        public required long SentNs { get; init; }

        public bool IsUncertain { get; init; }

        public bool IsObscured { get; set; }

        public Fate Fate { get; set; }

        public long RttNs { get; set; }

        public bool IsGone { get; set; }
    }

    private sealed class Network
    {
        private const long TimeoutMs = 40;

        private readonly Random _random;
        private readonly double _dropChance;
        private readonly string _run;
        private readonly BookUnderTest _book = new();
        private readonly PriorityQueue<Action<long>, long> _coming = new();
        private readonly List<Attempt> _attempts = [];
        private readonly Dictionary<int, int> _duplicates = [];
        private readonly ShardAssignment _shard;
        private int _localDrops;

        public Network(int seed, double dropChance)
        {
            (_random, _dropChance, _run) = (new Random(seed), dropChance, $"seed {seed}");
            var probe = new Probe
            {
                Count = _random.Next(1, 5),
                Period = TimeSpan.FromMilliseconds(_random.Next(1, 60)),
                Timeout = TimeSpan.FromMilliseconds(TimeoutMs),
                Size = _random.Next(4) == 0 ? _random.Next(4) : _random.Next(4, 40),
            };
            _shard = Shards.Of(Shards.LoopbackAddresses(_random.Next(1, 40)), probe);
        }

        public void Run()
        {
            _book.Add(_shard);
            for (var now = 0L; !_book.Book.IsIdle; now += Ms)
            {
                Assert.True(now < 60_000 * Ms, _run);
                Send(now);
                Deliver(now);
                if (_random.NextDouble() < _dropChance)
                {
                    _book.Book.Obscure();
                    _attempts.ForEach(attempt => attempt.IsObscured = true);
                }

                Decide(now);
                _book.Expire(now);
            }

            _book.Book.TellProgress();
        }

        public void AssertBookAgrees()
        {
            var result = _book.Result;
            var (offset, received) = (0, 0);
            for (var target = 0; target < _shard.Targets.Length; target++)
            {
                var decided = _attempts.Where(attempt => attempt.Ping.Due.Target == target).Where(IsMeasured).OrderBy(attempt => attempt.Ping.Due.Ping).ToList();
                var rtts = decided.Select(attempt => attempt.Fate == Fate.Answered ? (uint)Math.Max(1, (attempt.RttNs + 500) / 1000) : 0u).ToList();
                Assert.True(decided.Select(attempt => attempt.Ping.Due.Ping).Distinct().Count() == decided.Count, $"{_run}: the model counts a ping twice");
                Assert.True(rtts.SequenceEqual(result.RttsUs.Skip(offset).Take(result.Sent[target])), $"{_run}, target {target}");
                Assert.Equal(rtts.Count(rtt => rtt > 0), result.Received[target]);
                offset += rtts.Count;
                received += rtts.Count(rtt => rtt > 0);
            }

            Assert.Equal((offset, received), (_book.Sink.Sent, _book.Sink.Received));
            Assert.Equal(offset, result.RttsUs.Length);
            Assert.Equal(_localDrops, result.LocalDrops);
            Assert.Equal(
                _duplicates.OrderBy(entry => entry.Key).Select(entry => new TargetReason(entry.Key, ReasonKind.Duplicate, entry.Value)),
                result.Reasons.Where(reason => reason.Kind == ReasonKind.Duplicate));
            Assert.Equal(TargetsWith(Fate.NotSent), TargetsBecause(ReasonKind.SendError));
            Assert.Equal(TargetsWith(Fate.GivenUp), TargetsBecause(ReasonKind.LocalDrop));
            Assert.Equal(_attempts.Count(attempt => attempt.Fate == Fate.SentAgain), _book.Counters.Obscured);
        }

        private static bool IsMeasured(Attempt attempt) => attempt.Fate is Fate.Answered or Fate.Late or Fate.Lost;

        private IEnumerable<int> TargetsWith(Fate fate) =>
            _attempts.Where(attempt => attempt.Fate == fate).Select(attempt => attempt.Ping.Due.Target).Distinct().Order();

        private IEnumerable<int> TargetsBecause(ReasonKind kind) =>
            _book.Result.Reasons.Where(reason => reason.Kind == kind).Select(reason => reason.Target);

        private void Send(long now)
        {
            var book = _book.Book;
            for (var room = _random.Next(20); room > 0 && book.TryPick(now, out var due); room--)
            {
                var ping = new BookUnderTest.SentPing(book.Begin(due, now), due, book.AddressOf(due), _shard.Probe.Size);
                if (_random.Next(40) == 0)
                {
                    book.NotSent(ping.Number, Constants.ENOBUFS, now);
                    _attempts.Add(new Attempt { Ping = ping, SentNs = now, Fate = Fate.NotSent, IsGone = true });
                    continue;
                }

                var attempt = new Attempt { Ping = ping, SentNs = now, IsUncertain = _random.Next(30) == 0 };
                book.Sent(ping.Number, now, attempt.IsUncertain);
                _attempts.Add(attempt);
                Foretell(attempt);
            }
        }

        private void Foretell(Attempt attempt)
        {
            switch (_random.Next(9))
            {
                case <= 3:
                    Later(attempt, TimeoutMs, AnswerGenuinely);
                    break;
                case 4:
                    Later(attempt, 3 * TimeoutMs, AnswerGenuinely);
                    Later(attempt, 3 * TimeoutMs, AnswerGenuinely);
                    break;
                case 5 when _shard.Probe.Size >= EchoTemplate.TokenLength:
                    Later(attempt, TimeoutMs, AnswerForged);
                    break;
                case 6:
                    Later(attempt, TimeoutMs, (wrong, at) => _book.Answer(wrong.Ping, at, Stranger));
                    Later(attempt, 2 * TimeoutMs, AnswerGenuinely);
                    break;
                case 7 when _shard.Probe.Size >= EchoTemplate.NumberLength:
                    Later(attempt, TimeoutMs, AnswerShortened);
                    break;
            }
        }

        private void Later(Attempt attempt, long withinMs, Action<Attempt, long> what)
        {
            var at = attempt.SentNs + _random.NextInt64(1, withinMs * Ms);
            _coming.Enqueue(time => what(attempt, time), at);
        }

        private void Deliver(long now)
        {
            while (_coming.TryPeek(out var what, out var at) && at <= now)
            {
                _coming.Dequeue();
                what(at);
            }
        }

        private void AnswerForged(Attempt attempt, long at)
        {
            var payload = _book.Payload(attempt.Ping);
            payload[_random.Next(EchoTemplate.NumberLength, EchoTemplate.TokenLength)] ^= (byte)_random.Next(1, 256);
            _book.Answer(attempt.Ping, at, attempt.Ping.Target, payload);
        }

        private void AnswerShortened(Attempt attempt, long at) =>
            _book.Answer(attempt.Ping, at, attempt.Ping.Target, _book.Payload(attempt.Ping)[..^1]);

        private void AnswerGenuinely(Attempt attempt, long at)
        {
            _book.Answer(attempt.Ping, at);
            if (attempt.IsGone)
            {
                return;
            }

            if (attempt.Fate != Fate.Waiting)
            {
                _duplicates[attempt.Ping.Due.Target] = _duplicates.GetValueOrDefault(attempt.Ping.Due.Target) + 1;
            }
            else if (attempt.IsUncertain)
            {
                attempt.Fate = FateOfObscured(attempt);
                _localDrops++;
            }
            else if (at - attempt.SentNs > TimeoutMs * Ms)
            {
                attempt.Fate = Fate.Late;
            }
            else
            {
                (attempt.Fate, attempt.RttNs) = (Fate.Answered, at - attempt.SentNs);
            }
        }

        private void Decide(long now)
        {
            foreach (var attempt in _attempts)
            {
                if (attempt.IsGone || attempt.SentNs + TimeoutMs * Ms > now)
                {
                    continue;
                }

                attempt.IsGone = true;
                if (attempt.Fate != Fate.Waiting)
                {
                    continue;
                }

                if (!attempt.IsObscured && !attempt.IsUncertain)
                {
                    attempt.Fate = Fate.Lost;
                    continue;
                }

                _localDrops++;
                attempt.Fate = FateOfObscured(attempt);
            }
        }

        private static Fate FateOfObscured(Attempt attempt) => attempt.Ping.Due.Attempt + 1 < PingBook.MaxAttempts ? Fate.SentAgain : Fate.GivenUp;
    }
}
