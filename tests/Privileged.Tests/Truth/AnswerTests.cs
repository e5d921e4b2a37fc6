using System.Buffers.Binary;
using System.Net;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Truth;

namespace FpingCluster.Privileged.Tests.Truth;

/// <summary>Each answer byte by byte, as a raw socket gets it.</summary>
public sealed class AnswerTests
{
    private const int HeaderLength = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Targets => ["10.64.0.9", "fd66:1::9"];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Reply_repeats_the_request(string target)
    {
        var (icmp, source) = await Ask(target, Answer.Reply());

        Assert.Equal(TargetAddress.Parse(target), source);
        AssertReply(icmp, source, RawPinger.Id, RawPinger.Sequence, RawPinger.Payload);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Wrong_id_is_inverted(string target)
    {
        var (icmp, source) = await Ask(target, Answer.WrongId());

        AssertReply(icmp, source, unchecked((ushort)~RawPinger.Id), RawPinger.Sequence, RawPinger.Payload);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Wrong_sequence_is_shifted(string target)
    {
        var (icmp, source) = await Ask(target, Answer.WrongSequence(shift: -8));

        AssertReply(icmp, source, RawPinger.Id, ushort.MaxValue, RawPinger.Payload);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Wrong_token_keeps_the_first_bytes(string target)
    {
        var (icmp, source) = await Ask(target, Answer.WrongToken(keptBytes: 4));

        byte[] expected = [.. RawPinger.Payload[..4], .. RawPinger.Payload[4..].Select(octet => (byte)~octet)];
        AssertReply(icmp, source, RawPinger.Id, RawPinger.Sequence, expected);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Truncated_reply_is_short(string target)
    {
        var (icmp, source) = await Ask(target, Answer.Truncated(keptBytes: 5));

        AssertReply(icmp, source, RawPinger.Id, RawPinger.Sequence, RawPinger.Payload[..5]);
    }

    [Theory]
    [InlineData("10.64.0.9", "10.64.0.10")]
    [InlineData("10.64.0.9", "192.0.2.1")]
    [InlineData("fd66:1::9", "fd66:1::a")]
    [InlineData("fd66:1::9", "2001:db8::1")]
    public async Task Wrong_source_is_another(string target, string other)
    {
        var (icmp, source) = await Ask(target, Answer.WrongSource(TargetAddress.Parse(other)));

        Assert.Equal(TargetAddress.Parse(other), source);
        AssertReply(icmp, source, RawPinger.Id, RawPinger.Sequence, RawPinger.Payload);
    }

    [Fact]
    public async Task Corrupted_IPv4_reply_has_a_wrong_checksum()
    {
        var (icmp, _) = await Ask("10.64.0.9", Answer.Corrupted());

        Assert.Equal(0, icmp[0]);
        Assert.NotEqual(0, RawPinger.InternetChecksum(icmp));
    }

    // The kernel shows no socket an ICMPv6 message with a wrong checksum.
    [Fact]
    public async Task Corrupted_IPv6_reply_reaches_nobody()
    {
        var (icmp, source) = await Ask("fd66:1::9", Answer.Corrupted(), Answer.Truncated(keptBytes: 1));

        AssertReply(icmp, source, RawPinger.Id, RawPinger.Sequence, RawPinger.Payload[..1]);
    }

    [Theory]
    [InlineData("10.64.0.9", "10.66.1.1", 11, 0, 28)]
    [InlineData("10.64.0.9", "10.66.1.1", 3, 13, 8)]
    [InlineData("10.64.0.9", "10.66.1.1", 3, 1, int.MaxValue)]
    [InlineData("fd66:1::9", "fd66:1::ff", 3, 0, 28)]
    [InlineData("fd66:1::9", "fd66:1::ff", 1, 1, int.MaxValue)]
    public async Task Icmp_error_quotes_the_request(string target, string router, byte type, byte code, int quotedBytes)
    {
        var (icmp, source) = await Ask(target, Answer.IcmpError(type, code, TargetAddress.Parse(router), quotedBytes));

        Assert.Equal(TargetAddress.Parse(router), source);
        AssertError(icmp, type, code, TargetAddress.Parse(target), quotedBytes);
    }

    [Theory]
    [InlineData("10.64.0.9", "10.66.1.1", "10.64.0.11")]
    [InlineData("fd66:1::9", "fd66:1::ff", "fd66:1::b")]
    public async Task Wrong_quote_names_another_destination(string target, string router, string quoted)
    {
        var type = (byte)(target.Contains(':') ? 1 : 3);
        var (icmp, _) = await Ask(target, Answer.WrongQuote(type, 1, TargetAddress.Parse(router), TargetAddress.Parse(quoted)));

        AssertError(icmp, type, 1, TargetAddress.Parse(quoted), quotedBytes: 28);
    }

    [Fact]
    public async Task Request_with_a_wrong_checksum_is_no_request()
    {
        var target = TargetAddress.Parse("10.64.0.9");
        await using var network = await TruthNetwork.Create(_ => TargetRule.Answers());
        using var pinger = new RawPinger(network, target);

        pinger.Send(withRightChecksum: false);
        pinger.Send();
        pinger.Receive();

        Assert.Single(network.Truth(target).Requests);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Answers_come_in_the_order_of_their_times(string target)
    {
        var rule = TargetRule.Always(Answer.Reply(afterMs: 20), Answer.WrongId(), Answer.Truncated(keptBytes: 1, afterMs: 10));
        await using var network = await TruthNetwork.Create(_ => rule);
        using var pinger = new RawPinger(network, TargetAddress.Parse(target));

        pinger.Send();
        await Wait.Until(() => network.Truth(TargetAddress.Parse(target)).Answers.Count == 3, Patience, "three answers");

        var truth = network.Truth(TargetAddress.Parse(target));
        Assert.Equal([AnswerKind.WrongId, AnswerKind.Truncated, AnswerKind.Reply], truth.Answers.Select(answer => answer.Kind));
        Assert.True(truth.Answers[1].DelayNs >= 10_000_000 && truth.Answers[2].DelayNs >= 20_000_000, $"{truth.Answers[1]}, {truth.Answers[2]}");
    }

    [Fact]
    public async Task Source_of_another_family_is_refused()
    {
        var target = TargetAddress.Parse("10.64.0.9");
        await using var network = await TruthNetwork.Create(_ => TargetRule.Always(Answer.WrongSource(TargetAddress.Parse("fd66:1::1"))));
        using var pinger = new RawPinger(network, target);

        pinger.Send();

        await Wait.Until(() => Record.Exception(() => network.Truth(target)) is InvalidOperationException, Patience, "the network's failure");
    }

    /// <summary>The first message that answers one request.</summary>
    private static async Task<(byte[] Icmp, TargetAddress Source)> Ask(string target, params Answer[] answers)
    {
        await using var network = await TruthNetwork.Create(_ => TargetRule.Always(answers));
        using var pinger = new RawPinger(network, TargetAddress.Parse(target));
        pinger.Send();
        var received = pinger.Receive();
        Assert.Equal(answers.Select(answer => answer.Kind), network.Truth(TargetAddress.Parse(target)).Answers.Select(answer => answer.Kind));
        return received;
    }

    private static void AssertReply(byte[] icmp, TargetAddress source, ushort id, ushort sequence, byte[] payload)
    {
        Assert.Equal(source.IsIPv4 ? 0 : 129, icmp[0]);
        Assert.Equal(id, BinaryPrimitives.ReadUInt16BigEndian(icmp.AsSpan(4)));
        Assert.Equal(sequence, BinaryPrimitives.ReadUInt16BigEndian(icmp.AsSpan(6)));
        Assert.Equal(payload, icmp[HeaderLength..]);
        if (source.IsIPv4)
        {
            Assert.Equal(0, RawPinger.InternetChecksum(icmp));
        }
    }

    private static void AssertError(byte[] icmp, byte type, byte code, TargetAddress destination, int quotedBytes)
    {
        Assert.Equal((type, code), (icmp[0], icmp[1]));
        var header = destination.IsIPv4 ? 20 : 40;
        var quoted = icmp.AsSpan(HeaderLength);
        var named = new IPAddress(destination.IsIPv4 ? quoted[16..20] : quoted[24..40]);
        Assert.Equal(destination, TargetAddress.From(named));
        var request = quoted[header..];
        Assert.Equal(Math.Min(quotedBytes, HeaderLength + RawPinger.Payload.Length), request.Length);
        Assert.Equal(destination.IsIPv4 ? 8 : 128, request[0]);
        Assert.Equal(RawPinger.Id, BinaryPrimitives.ReadUInt16BigEndian(request[4..]));
        Assert.Equal(RawPinger.Payload[..(request.Length - HeaderLength)], request[HeaderLength..].ToArray());
    }
}
