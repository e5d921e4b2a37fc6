using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Shared.Tests.Results;

public class ReasonTextTests
{
    private static readonly TargetAddress IPv4 = TargetAddress.Parse("10.0.0.9");
    private static readonly TargetAddress IPv6 = TargetAddress.Parse("2001:db8::9");

    [Theory]
    [InlineData("10.0.0.9", 3, 0, "net-unreachable from 10.0.0.1")]
    [InlineData("10.0.0.9", 3, 1, "host-unreachable from 10.0.0.1")]
    [InlineData("10.0.0.9", 3, 3, "port-unreachable from 10.0.0.1")]
    [InlineData("10.0.0.9", 3, 13, "admin-prohibited from 10.0.0.1")]
    [InlineData("10.0.0.9", 11, 0, "ttl-exceeded from 10.0.0.1")]
    [InlineData("10.0.0.9", 42, 7, "icmp 42/7 from 10.0.0.1")]
    [InlineData("2001:db8::9", 1, 0, "net-unreachable from 10.0.0.1")]
    [InlineData("2001:db8::9", 1, 3, "host-unreachable from 10.0.0.1")]
    [InlineData("2001:db8::9", 3, 0, "ttl-exceeded from 10.0.0.1")]
    public void Icmp_error_is_read_by_the_family_of_the_target(string target, byte type, byte code, string expected) =>
        Assert.Equal(expected, ReasonText.Of(TargetAddress.Parse(target), [TargetReason.Icmp(0, type, code, TargetAddress.Parse("10.0.0.1"))]));

    [Theory]
    [InlineData(ReasonKind.SendError, 101, "send-error ENETUNREACH")]
    [InlineData(ReasonKind.SendError, 7777, "send-error errno 7777")]
    [InlineData(ReasonKind.Duplicate, 2, "duplicates 2")]
    [InlineData(ReasonKind.LocalDrop, 0, "local-drop")]
    [InlineData(ReasonKind.EngineFailed, 0, "engine-failed")]
    [InlineData(ReasonKind.NameNotResolved, 0, "name-not-resolved")]
    [InlineData(ReasonKind.NotProbed, 0, "not-probed")]
    [InlineData(ReasonKind.ExcludedByAgent, 0, "excluded-by-agent")]
    public void Reason_without_a_source_has_its_word(ReasonKind kind, int detail, string expected) =>
        Assert.Equal(expected, ReasonText.Of(IPv4, [new TargetReason(0, kind, detail)]));

    [Fact]
    public void Every_kind_has_a_word()
    {
        foreach (var kind in Enum.GetValues<ReasonKind>().Where(kind => kind != ReasonKind.None))
        {
            Assert.NotEqual("", ReasonText.Of(IPv6, [new TargetReason(0, kind, 1)]));
        }
    }

    [Fact]
    public void Several_reasons_are_joined_and_equal_ones_told_once_with_duplicates_summed()
    {
        var unreachable = TargetReason.Icmp(0, 3, 1, TargetAddress.Parse("10.0.0.1"));
        var text = ReasonText.Of(IPv4, [
            unreachable,
            new TargetReason(0, ReasonKind.Duplicate, 1),
            unreachable,
            new TargetReason(0, ReasonKind.Duplicate, 3),
            new TargetReason(0, ReasonKind.WrongSource, 0, TargetAddress.Parse("1.2.3.4")),
        ]);
        Assert.Equal("host-unreachable from 10.0.0.1; duplicates 4; wrong-source 1.2.3.4", text);
    }
}
