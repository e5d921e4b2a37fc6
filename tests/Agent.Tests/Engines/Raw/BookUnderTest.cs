using FpingCluster.Agent.Assignments;
using FpingCluster.Agent.Engines.Raw;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines.Raw;

/// <summary>A book to which a test tells all times by hand.</summary>
internal sealed class BookUnderTest(PrefixPacer? prefixes = null)
{
    public const long Ms = 1_000_000;

    private PingBook? _book;

    public RecordingSink Sink { get; } = new();

    public PingBook Book => _book ??= new PingBook(Sink, TimeProvider.System, prefixes);

    public RawCounters Counters => Book.Counters;

    /// <summary>The result of the only shard.</summary>
    public ShardResult Result => Assert.Single(Sink.Results).Result;

    public ShardResult ResultOf(ShardAssignment shard) => Assert.Single(Sink.Results, entry => entry.Assignment == shard).Result;

    public void Add(ShardAssignment shard) => Book.Add(shard, 0);

    /// <summary>Sends all that is due.</summary>
    public List<SentPing> Send(long nowNs, bool isUncertain = false)
    {
        var sent = new List<SentPing>();
        while (Book.TryPick(nowNs, out var due))
        {
            var ping = Book.Begin(due, nowNs);
            Book.Sent(ping, nowNs, isUncertain);
            sent.Add(new SentPing(ping, due, Book.AddressOf(due), Book.TemplateOf(due, ipv4: true).Size));
        }

        return sent;
    }

    /// <summary>The only ping that is due.</summary>
    public SentPing SendOne(long nowNs, bool isUncertain = false) => Assert.Single(Send(nowNs, isUncertain));

    public void Answer(SentPing ping, long atNs) => Answer(ping, atNs, ping.Target, Payload(ping));

    public void Answer(SentPing ping, long atNs, TargetAddress source) => Answer(ping, atNs, source, Payload(ping));

    public void Answer(SentPing ping, long atNs, TargetAddress source, byte[] payload) =>
        Book.Reply(new ReceivedPacket { Kind = ReceivedKind.EchoReply, Sequence = (ushort)ping.Number, Payload = payload }, source, atNs);

    public void Refuse(SentPing ping, byte type, byte code, TargetAddress source) => Refuse(ping, type, code, source, ping.Target);

    public void Refuse(SentPing ping, byte type, byte code, TargetAddress source, TargetAddress destination) => Book.Error(
        new ReceivedPacket { Kind = ReceivedKind.Error, Type = type, Code = code, Sequence = (ushort)ping.Number, Destination = destination }, source);

    public byte[] Payload(SentPing ping)
    {
        var template = new EchoTemplate(ipv4: true, ping.Size);
        var packet = new byte[template.Length];
        template.CopyTo(packet);
        template.Patch(packet, 0, ping.Number, Book.ProofOf(ping.Number));
        return packet[EchoTemplate.HeaderLength..];
    }

    /// <summary>Decides about all pings whose timeout has passed.</summary>
    public void Expire(long nowNs) => Book.Expire(nowNs, nowNs);

    /// <summary>Decides now, and reports what is done.</summary>
    public void Finish(long nowNs)
    {
        Expire(nowNs);
        Expire(nowNs + 20 * Ms);
    }

    /// <param name="Number">In the lane.</param>
    /// <param name="Size">Of its payload.</param>
    internal sealed record SentPing(long Number, Due Due, TargetAddress Target, int Size);
}
