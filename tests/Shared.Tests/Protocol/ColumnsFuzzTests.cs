using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit.Fuzzing;
using Google.Protobuf;
using Xunit.Abstractions;

namespace FpingCluster.Shared.Tests.Protocol;

/// <summary>The columns of results and of shards, as nobody would send them.</summary>
public sealed class ColumnsFuzzTests(ITestOutputHelper output)
{
    private const int Inputs = 300_000;
    private const int Targets = 4;
    private const int Count = 3;

    [Fact]
    public void Result_columns_are_sound_or_refused() => Fuzz.Run(Inputs, Genuine(), Decode, output.WriteLine);

    [Fact]
    public void Packed_addresses_are_sound_or_refused() => Fuzz.Run(Inputs, [[], new byte[4], new byte[16], [.. Enumerable.Range(1, 48).Select(i => (byte)i)]], Unpack, output.WriteLine);

    private static bool Decode(byte[] input)
    {
        ResultColumns columns;
        try
        {
            columns = ResultColumns.Parser.ParseFrom(input);
        }
        catch (Exception exception) when (GarbledMessage.Explains(exception))
        {
            return false;
        }

        if (!ResultColumnsCodec.TryDecode(columns, Targets, Count, out var result, out var defect))
        {
            Assert.NotEmpty(defect);
            return false;
        }

        Assert.Null(result.FindDefect(Targets, Count));
        // What was taken is stored, and read again.
        Assert.True(ResultColumnsCodec.TryDecode(ResultColumnsCodec.Encode(result), Targets, Count, out _, out defect), defect);
        return true;
    }

    private static bool Unpack(byte[] input)
    {
        var cut = input.Length / 16 % 3 * 4;
        var ipv4 = input.AsSpan(0, Math.Min(cut, input.Length));
        var ipv6 = input.AsSpan(ipv4.Length);
        if (!PackedAddresses.TryUnpack(ipv4, ipv6, out var addresses, out var problem))
        {
            Assert.NotEmpty(problem);
            return false;
        }

        var packed = PackedAddresses.Pack(addresses);
        Assert.True(packed.IPv4.Span.SequenceEqual(ipv4) && packed.IPv6.Span.SequenceEqual(ipv6));
        return true;
    }

    private static byte[][] Genuine()
    {
        var answered = new ShardResultBuilder(Targets, Count);
        for (var target = 0; target < Targets; target++)
        {
            answered.Answered(target, target % Count, rttUs: 1_000 * (uint)target + 1);
        }

        var plain = ResultColumnsCodec.Encode(answered.Build(DateTimeOffset.UnixEpoch));
        var reasons = plain.Clone();
        reasons.Reasons.Add(new Reason { Target = 1, Kind = FpingCluster.Shared.Protocol.V1.ReasonKind.Icmp, Detail = 0x301, Source = ByteString.CopyFrom(127, 0, 0, 1) });
        reasons.Reasons.Add(new Reason { Target = 3, Kind = FpingCluster.Shared.Protocol.V1.ReasonKind.Duplicate, Detail = 2, Source = ByteString.CopyFrom(new byte[16]) });
        return [plain.ToByteArray(), reasons.ToByteArray(), new ResultColumns().ToByteArray()];
    }
}
