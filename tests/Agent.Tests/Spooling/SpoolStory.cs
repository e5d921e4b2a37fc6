using FpingCluster.Shared.Protocol.V1;
using FpingCluster.TestKit;
using static FpingCluster.Agent.Tests.Spooling.SpoolSamples;

namespace FpingCluster.Agent.Tests.Spooling;

/// <summary>One random life of an agent's spool beside a plain model of it: a list of the batches that are owed to the coordinator. A batch is known by its shard.</summary>
internal sealed class SpoolStory : IDisposable
{
    private const int Memory = 12;
    private const long SegmentBytes = 300;
    private const long Limit = 2_500;

    private readonly Tmpfs _disk;
    private readonly Random _random;
    private readonly FakeTimeProvider _time = new();
    private readonly Queue<ResultBatch> _wire = new();
    private readonly HashSet<ulong> _acknowledged = [];
    private readonly List<ulong> _owed = [];
    private KeeperUnderTest _agent;
    private ulong _lastShard;

    // Of this boot: the shard of each number, the last number that came to the coordinator, and what it has acknowledged.
    private List<ulong> _numbered = [];
    private ulong _arrived;
    private bool _inSession;

    public SpoolStory(Tmpfs disk, Random random)
    {
        (_disk, _random) = (disk, random);
        _agent = Start();
    }

    private string Folder => Path.Combine(_disk.Path, "spool");

    public void Step()
    {
        switch (_random.Next(20))
        {
            case < 7:
                Add();
                break;
            case 7 or 8:
                _agent.Keeper.Keep();
                break;
            case 9:
                _time.Advance(TimeSpan.FromMilliseconds(_random.Next(1_500)));
                _agent.Keeper.Keep();
                break;
            case 10 or 11 when !_inSession:
                Open();
                break;
            case 12 or 13 when _inSession:
                Send();
                break;
            case 14 when _inSession && _wire.Count > 0:
                Arrive(_random.Next(_wire.Count) + 1);
                break;
            case 15 when _inSession && _arrived > 0:
                Acknowledge(Math.Max(1, _arrived - Math.Min(_arrived, (ulong)_random.Next(3))));
                break;
            case 16 when _inSession:
                Close();
                break;
            case 17 when _random.Next(4) == 0:
                End();
                break;
            case 18 when _random.Next(4) == 0:
                Kill();
                break;
            case 19 when _random.Next(3) == 0:
                _disk.MakeRoom();
                if (_random.Next(2) == 0)
                {
                    _disk.Fill();
                }

                break;
        }

        CheckDropped();
        CheckBounds();
    }

    public void DeliverAll()
    {
        _disk.MakeRoom();
        if (_inSession)
        {
            Close();
        }

        Open();
        while (!_agent.Outbox.IsEmpty)
        {
            Send();
            Assert.True(_wire.Count > 0, $"nothing to send although {_agent.Outbox.Count} batches are unacknowledged");
            Arrive(_wire.Count);
            Acknowledge(_arrived);
            _agent.Keeper.Keep();
        }

        _agent.Keeper.Keep();
        CheckDropped();
        Assert.Empty(_owed);
        Assert.Empty(FilesOf(_agent.Spool));
    }

    public void Dispose() => _agent.Dispose();

    private KeeperUnderTest Start() => new(Folder, _time, Limit, SegmentBytes, Memory);

    private void Add()
    {
        _owed.Add(++_lastShard);
        _numbered.Add(_lastShard);
        _agent.Add(_lastShard);
    }

    private void Open()
    {
        // A coordinator that hears of a boot first, or hears of it again, begins where the agent says.
        var claim = _agent.Outbox.Introduce();
        Assert.Equal(_owed, claim.Leases.Select(lease => lease.Shard.Value));
        _arrived = Math.Max(_arrived, claim.FirstUnacked - 1);
        if (_random.Next(3) == 0)
        {
            // Much may happen between Hello and Welcome.
            for (var more = _random.Next(40); more > 0; more--)
            {
                Add();
                _agent.Keeper.Keep();
            }

            CheckDropped();
        }

        _inSession = true;
        _agent.Outbox.OpenWindow(_random.Next(1, 9));
        _agent.Keeper.Keep();
    }

    private void Close()
    {
        Arrive(_random.Next(_wire.Count + 1));
        _wire.Clear();
        _inSession = false;
        _agent.Outbox.CloseWindow();
    }

    private void Send() => _agent.Send().ForEach(_wire.Enqueue);

    private void Arrive(int batches)
    {
        for (; batches > 0; batches--)
        {
            var batch = _wire.Dequeue();
            Assert.True(batch.Sequence <= _arrived + 1, $"batch {batch.Sequence} after {_arrived}: one was left out");
            Assert.Equal(batch.Shard == 0 ? new ResultBatch { Sequence = batch.Sequence } : Batch(batch.Sequence, _numbered[(int)batch.Sequence - 1]), batch);
            _arrived = Math.Max(_arrived, batch.Sequence);
        }
    }

    private void Acknowledge(ulong sequence)
    {
        Assert.True(_agent.Outbox.AckUpTo(sequence));
        foreach (var shard in _numbered.Take((int)sequence))
        {
            if (_owed.Remove(shard))
            {
                _acknowledged.Add(shard);
            }
        }
    }

    private void End()
    {
        if (_inSession)
        {
            Close();
        }

        _agent.Keeper.Finish();
        // At the end what is on a full disk stays, and what is in memory is gone.
        CheckDropped(oldestFirst: false);
        Restart(torn: 0);
    }

    private void Kill()
    {
        var onDisk = FilesOf(_agent.Spool);
        var garbage = _random.Next(3) == 0 && onDisk.Count > 0;
        var torn = !garbage && _random.Next(3) == 0 && onDisk.Count > 0 ? _random.Next(1, 200) : 0;
        foreach (var lost in _agent.InMemoryAlone)
        {
            Assert.True(_owed.Remove(lost));
        }

        _wire.Clear();
        _inSession = false;
        _disk.MakeRoom();
        _agent.Spool.Dispose();
        if (garbage)
        {
            File.AppendAllText(onDisk[^1], "half a record"[.._random.Next(1, 13)]);
        }

        if (torn > 0)
        {
            using var file = File.OpenWrite(onDisk[^1]);
            file.SetLength(Math.Max(0, file.Length - torn));
        }

        Restart(torn);
    }

    private void Restart(int torn)
    {
        _agent.Dispose();
        _agent = Start();
        var claim = _agent.Outbox.Introduce().Leases.Select(lease => lease.Shard.Value).ToList();
        var owed = claim.Where(shard => !_acknowledged.Contains(shard)).ToList();
        // A tail that is torn takes what was written last and nothing else.
        Assert.Equal(_owed.Take(owed.Count), owed);
        Assert.True(owed.Count == _owed.Count || torn > 0, $"{_owed.Count - owed.Count} of {_owed.Count} batches are gone");
        // What was acknowledged may come again from a segment that was not finished, before all others.
        Assert.Equal(claim.Order(), claim);
        _acknowledged.ExceptWith(claim);
        _owed.Clear();
        _owed.AddRange(claim);
        (_numbered, _arrived) = (claim, 0);
    }

    private void CheckDropped(bool oldestFirst = true)
    {
        foreach (var dropped in _agent.TakeDropped())
        {
            Assert.True(!oldestFirst || _owed[0] == dropped, $"{dropped} was dropped before {_owed[0]}");
            Assert.True(_owed.Remove(dropped));
        }

        Assert.Equal(_owed.Count, _agent.Outbox.Count);
    }

    private void CheckBounds()
    {
        Assert.InRange(FilesOf(_agent.Spool).Sum(file => new FileInfo(file).Length), 0, Limit);
        if (!_inSession)
        {
            _agent.Keeper.Keep();
            CheckDropped();
            Assert.False(_agent.Outbox.IsFull);
            Assert.True(_agent.Gate.IsOpen);
        }
    }
}
