using System.Buffers;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using Google.Protobuf;

namespace FpingCluster.Shared.Tests.Protocol;

public sealed class MessageShapeTests
{
    // Far less than any of the claims, far more than a message of some hundred bytes takes.
    private const long MostAllocated = 100_000;

    private static readonly AgentMessage Batch = new()
    {
        ResultBatch = new ResultBatch
        {
            Sequence = 7,
            Columns = new ResultColumns
            {
                Sent = { Enumerable.Repeat(5u, 100) },
                RttUs = { Enumerable.Range(1, 500).Select(rtt => (uint)rtt * 1_000) },
                Reasons = { new Reason { Target = 3, Kind = ReasonKind.Icmp, Source = ByteString.CopyFrom(10, 0, 0, 1) } },
            },
        },
    };

    private static readonly AgentMessage Hello = new() { Hello = new Hello { Name = "a", Labels = { ["site"] = "berlin" }, HeldLeases = { new HeldLease { Shard = ulong.MaxValue } } } };

    [Fact]
    public void Message_is_read_whole_however_it_is_cut_into_pieces()
    {
        foreach (var message in new[] { Batch, Hello, new AgentMessage() })
        {
            for (var piece = 1; piece < 40; piece++)
            {
                Assert.Equal(message, MessageShape.Parse(AgentMessage.Parser, Pieces(message.ToByteArray(), piece)));
            }
        }
    }

    [Fact]
    public void Fields_of_the_future_are_passed_over_whatever_their_type()
    {
        // Field 1000 as a number, eight bytes, four bytes, and three bytes of its own length.
        byte[] future = [0xC0, 0x3E, 0x01, 0xC1, 0x3E, 1, 2, 3, 4, 5, 6, 7, 8, 0xC5, 0x3E, 1, 2, 3, 4, 0xC2, 0x3E, 0x03, 0xFF, 0xFF, 0xFF];

        var read = MessageShape.Parse(AgentMessage.Parser, new ReadOnlySequence<byte>([.. future, .. Hello.ToByteArray()]));

        Assert.Equal("a", read.Hello.Name);
    }

    // Fields 3 (batch), 6 (columns), 2 (sent) and 4 (RTTs); 1 (Hello), 3 (agent id) and 5 (name); and numbers without an end.
    [Theory]
    [InlineData("1A FF FF FF FF 0F")]
    [InlineData("1A FF FF FF FF 07")]
    [InlineData("1A 10 32 0E 12 FF FF FF FF 07 01 01 01 01 01 01 01 01")]
    [InlineData("1A 10 32 0E 12 F0 FF FF FF 07 01 01 01 01 01 01 01 01")]
    [InlineData("1A 10 32 0E 22 FF FF FF FF FF FF FF FF 7F 01 01 01 01")]
    [InlineData("0A 08 1A FF FF FF FF 07 00 00")]
    [InlineData("0A 08 2A FF FF FF FF 07 00 00")]
    [InlineData("0A 02 1A 03 01 02 03")]
    [InlineData("08 FF FF FF FF FF FF FF FF FF FF 01")]
    [InlineData("08")]
    [InlineData("09 01 02")]
    [InlineData("0B 0C")]
    public void Field_that_claims_more_than_there_is_is_refused_before_anything_is_made_for_it(string message)
    {
        var bytes = new ReadOnlySequence<byte>(Convert.FromHexString(message.Replace(" ", "", StringComparison.Ordinal)));
        Refuse(bytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Refuse(bytes);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
    }

    private static void Refuse(ReadOnlySequence<byte> bytes) =>
        Assert.True(GarbledMessage.Explains(Assert.Throws<InvalidDataException>(() => MessageShape.Parse(AgentMessage.Parser, bytes))));

    private static ReadOnlySequence<byte> Pieces(byte[] bytes, int length)
    {
        if (bytes.Length == 0)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        var first = new Piece(bytes.AsMemory(0, Math.Min(length, bytes.Length)), null);
        var last = first;
        for (var start = length; start < bytes.Length; start += length)
        {
            last = new Piece(bytes.AsMemory(start, Math.Min(length, bytes.Length - start)), last);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, Piece? before)
        {
            Memory = memory;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
