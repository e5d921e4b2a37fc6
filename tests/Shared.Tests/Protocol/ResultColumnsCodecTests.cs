using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;
using Google.Protobuf;
using ReasonKind = FpingCluster.Shared.Results.ReasonKind;
using WireReasonKind = FpingCluster.Shared.Protocol.V1.ReasonKind;

namespace FpingCluster.Shared.Tests.Protocol;

public class ResultColumnsCodecTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Result_comes_back_as_it_was(int seed)
    {
        var random = new Random(seed);
        var (targets, count) = (random.Next(0, 200), random.Next(1, 20));
        var result = RandomResult(random, targets, count);

        var bytes = ResultColumnsCodec.Encode(result).ToByteArray();

        Assert.True(ResultColumnsCodec.TryDecode(ResultColumns.Parser.ParseFrom(bytes), targets, count, out var decoded, out var defect), defect);
        Assert.Equal(result.FinishedAt, decoded.FinishedAt);
        Assert.Equal(result.Sent, decoded.Sent);
        Assert.Equal(result.Received, decoded.Received);
        Assert.Equal(result.RttsUs, decoded.RttsUs);
        Assert.Equal(result.Reasons, decoded.Reasons);
        Assert.Equal(result.LocalDrops, decoded.LocalDrops);
    }

    [Fact]
    public void Usual_batch_takes_less_than_ten_kilobytes()
    {
        var random = new Random(1);
        var builder = new ShardResultBuilder(500, 5);
        for (var i = 0; i < 2500; i++)
        {
            builder.Answered(i / 5, i % 5, (uint)random.Next(500, 200_000));
        }

        var size = ResultColumnsCodec.Encode(builder.Build(DateTimeOffset.UnixEpoch)).CalculateSize();

        Assert.InRange(size, 5_000, 10_000);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damaged_columns_are_refused_with_the_reason(string damage, string expected)
    {
        var columns = ResultColumnsCodec.Encode(TwoTargets());
        Damage(columns, damage);

        Assert.False(ResultColumnsCodec.TryDecode(columns, 2, 2, out var result, out var defect));
        Assert.Null(result);
        Assert.Contains(expected, defect, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Damages() => new()
    {
        { "sent missing", "1 sent" },
        { "received missing", "1 received" },
        { "sent above count", "of 3 sent" },
        { "sent above 16 bits", "of 65538 sent" },
        { "received above sent", "target 1" },
        { "rtt missing", "RTTs" },
        { "rtt too many", "RTTs" },
        { "received without rtt", "target 0" },
        { "time", "not a time" },
        { "local drops", "local drops" },
        { "stray reason", "target 2 of 2" },
        { "reasons out of order", "after one for target 1" },
        { "source of 5 bytes", "5 bytes" },
    };

    [Fact]
    public void Missing_columns_are_refused()
    {
        Assert.False(ResultColumnsCodec.TryDecode(null, 2, 2, out _, out var defect));
        Assert.Equal("the columns are missing", defect);
    }

    [Fact]
    public void Reason_of_a_newer_version_keeps_its_number()
    {
        var columns = ResultColumnsCodec.Encode(TwoTargets());
        columns.Reasons[0].Kind = (WireReasonKind)77;

        Assert.True(ResultColumnsCodec.TryDecode(columns, 2, 2, out var result, out _));
        Assert.Equal((ReasonKind)77, result.Reasons[0].Kind);
    }

    [Fact]
    public void Reason_kinds_have_the_same_numbers_on_the_wire()
    {
        foreach (var kind in Enum.GetValues<WireReasonKind>().Where(kind => kind != WireReasonKind.Unspecified))
        {
            Assert.Equal(kind.ToString(), ((ReasonKind)kind).ToString());
        }
    }

    [Fact]
    public void Garbled_bytes_never_make_a_result_that_contradicts_itself()
    {
        var random = new Random(7);
        var whole = ResultColumnsCodec.Encode(RandomResult(random, 20, 3)).ToByteArray();
        for (var i = 0; i < 5_000; i++)
        {
            var bytes = whole.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                if (ResultColumnsCodec.TryDecode(ResultColumns.Parser.ParseFrom(bytes), 20, 3, out var result, out _))
                {
                    Assert.Null(result.FindDefect(20, 3));
                }
            }
            catch (InvalidProtocolBufferException)
            {
                // Not even a message.
            }
        }
    }

    private static void Damage(ResultColumns columns, string damage)
    {
        switch (damage)
        {
            case "sent missing": columns.Sent.RemoveAt(1); break;
            case "received missing": columns.Received.RemoveAt(1); break;
            case "sent above count": columns.Sent[0] = 3; break;
            case "sent above 16 bits": columns.Sent[0] = 65_538; break;
            case "received above sent": columns.Received[1] = 2; columns.Sent[1] = 1; break;
            case "rtt missing": columns.RttUs.RemoveAt(3); break;
            case "rtt too many": columns.RttUs.Add(5); break;
            case "received without rtt": columns.RttUs[0] = 0; break;
            case "time": columns.FinishedUnixMs = long.MaxValue; break;
            case "local drops": columns.LocalDrops = uint.MaxValue; break;
            case "stray reason": columns.Reasons[0].Target = 2; break;
            case "reasons out of order": columns.Reasons.Add(new Reason { Target = 0 }); break;
            case "source of 5 bytes": columns.Reasons[0].Source = ByteString.CopyFrom(1, 2, 3, 4, 5); break;
            default: throw new ArgumentOutOfRangeException(nameof(damage), damage, null);
        }
    }

    // The first target answered twice, the second once, with a reason for its loss.
    private static ShardResult TwoTargets() => new()
    {
        FinishedAt = DateTimeOffset.UnixEpoch,
        Sent = [2, 2],
        Received = [2, 1],
        RttsUs = [10, 20, 30, 0],
        Reasons = [TargetReason.Icmp(1, 3, 1, TargetAddress.Parse("10.0.0.1"))],
        LocalDrops = 1,
    };

    private static ShardResult RandomResult(Random random, int targets, int count)
    {
        var builder = new ShardResultBuilder(targets, count) { LocalDrops = random.Next(100) };
        TargetAddress?[] sources = [null, TargetAddress.Parse("10.0.0.1"), TargetAddress.Parse("2001:db8::1")];
        for (var target = 0; target < targets; target++)
        {
            for (var ping = 0; ping < count; ping++)
            {
                switch (random.Next(3))
                {
                    case 0: builder.Answered(target, ping, (uint)random.Next()); break;
                    case 1: builder.Lost(target, ping); break;
                    default: break;
                }
            }

            if (random.Next(5) == 0)
            {
                builder.Because(new TargetReason(target, (ReasonKind)random.Next(1, 7), random.Next(100_000), sources[random.Next(3)]));
            }
        }

        return builder.Build(DateTimeOffset.FromUnixTimeMilliseconds(random.NextInt64(4_000_000_000_000)));
    }
}
