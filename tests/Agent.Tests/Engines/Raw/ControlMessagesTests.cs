using System.Buffers.Binary;
using FpingCluster.Agent.Engines.Raw.Native;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Tests.Engines.Raw;

public sealed class ControlMessagesTests
{
    private const long StampNs = 1_700_000_000_123_456_789;

    private static readonly TargetAddress Router = TargetAddress.Parse("127.7.7.7"), RouterV6 = TargetAddress.Parse("fd00::7");

    [Fact]
    public void Stamp_is_found_behind_other_messages()
    {
        byte[] control = [.. ControlBytes.Message(0, 8, [1, 2, 3]), .. ControlBytes.Message(Constants.LevelSocket, 40, new byte[20]), .. ControlBytes.Stamp(StampNs)];

        Assert.Equal(StampNs, new ControlMessages(ControlBytes.Stamp(StampNs)).StampNs);
        Assert.Equal(StampNs, new ControlMessages(control).StampNs);
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 3)]
    public void Error_of_a_router_is_read(bool ipv4, byte origin)
    {
        byte[] control = [.. ControlBytes.Stamp(StampNs), .. ControlBytes.Error(ipv4, origin, 3, 13, ipv4 ? Router : RouterV6)];
        var messages = new ControlMessages(control);

        Assert.True(messages.TryReadIcmpError(out var type, out var code, out var source));
        Assert.Equal((3, 13, ipv4 ? Router : RouterV6), (type, code, source));
        Assert.Equal(StampNs, messages.StampNs);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Error_that_this_host_raised_is_none_of_a_router(byte origin) =>
        Assert.False(new ControlMessages(ControlBytes.Error(ipv4: true, origin, 3, 1, Router)).TryReadIcmpError(out _, out _, out _));

    [Fact]
    public void Nothing_is_found_where_nothing_is()
    {
        Assert.Null(new ControlMessages([]).StampNs);
        Assert.False(new ControlMessages([]).TryReadIcmpError(out _, out _, out _));
        Assert.False(new ControlMessages(ControlBytes.Stamp(StampNs)).TryReadIcmpError(out _, out _, out _));
        Assert.Null(new ControlMessages(ControlBytes.Message(Constants.LevelSocket, Constants.TimestampNs, new byte[15])).StampNs);
    }

    [Fact]
    public void Messages_cut_anywhere_are_not_read_beyond_their_end()
    {
        var error = ControlBytes.Error(ipv4: true, 2, 3, 1, Router);
        var stamp = ControlBytes.Stamp(StampNs);
        for (var length = 0; length < ControlBytes.StampLength; length++)
        {
            Assert.Null(new ControlMessages(stamp.AsSpan(0, length)).StampNs);
            Assert.False(new ControlMessages(error.AsSpan(0, length)).TryReadIcmpError(out _, out _, out _));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(33)]
    [InlineData(int.MaxValue)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    public void Length_that_cannot_be_ends_the_reading(long length)
    {
        byte[] control = [.. ControlBytes.Message(0, 8, [1]), .. ControlBytes.Stamp(StampNs)];
        BinaryPrimitives.WriteInt64LittleEndian(control.AsSpan(24), length);

        Assert.Null(new ControlMessages(control).StampNs);
    }

    [Fact]
    public void Random_bytes_never_fail()
    {
        var random = new Random(11);
        var control = new byte[192];
        var found = 0;
        for (var i = 0; i < 50_000; i++)
        {
            random.NextBytes(control);
            for (var at = 0; at + 16 <= control.Length; at += 48)
            {
                BinaryPrimitives.WriteInt64LittleEndian(control.AsSpan(at), random.NextInt64(0, 64));
                BinaryPrimitives.WriteInt32LittleEndian(control.AsSpan(at + 8), random.Next(2));
                BinaryPrimitives.WriteInt32LittleEndian(control.AsSpan(at + 12), random.Next(2) == 0 ? Constants.TimestampNs : Constants.IPv4ReceiveError);
            }

            var messages = new ControlMessages(control.AsSpan(0, random.Next(control.Length + 1)));
            found += messages.StampNs is null ? 0 : 1;
            found += messages.TryReadIcmpError(out _, out _, out _) ? 1 : 0;
        }

        Assert.True(found > 2_000);
    }
}
