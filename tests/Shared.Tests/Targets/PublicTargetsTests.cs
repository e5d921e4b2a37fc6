using FpingCluster.Shared.Targets;

namespace FpingCluster.Shared.Tests.Targets;

public sealed class PublicTargetsTests
{
    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("9.255.255.255", true)]
    [InlineData("10.0.0.0", false)]
    [InlineData("100.63.255.255", true)]
    [InlineData("100.64.0.0", false)]
    [InlineData("100.128.0.0", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("169.254.7.7", false)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("192.168.0.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("203.0.113.9", false)]
    [InlineData("239.1.1.1", false)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("2001:db8::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("::1", false)]
    public void Address_is_public_unless_a_registry_gives_it_another_purpose(string address, bool isPublic) =>
        Assert.Equal(isPublic ? 1 : 0, PublicTargets.In([TargetAddress.Parse(address)]).Count);

    [Fact]
    public void First_prefixes_are_named_once_each_in_the_order_of_the_list()
    {
        TargetAddress[] targets = [.. new[] { "9.9.1.1", "10.0.0.1", "9.9.2.2", "2606:4700::1", "8.8.8.8", "1.1.1.1" }.Select(TargetAddress.Parse)];

        var listed = PublicTargets.In(targets);

        Assert.Equal((5, false), (listed.Count, listed.AreTooMany));
        Assert.Equal(["9.9.0.0-9.9.255.255", "2606:4700::-2606:4700:ffff:ffff:ffff:ffff:ffff:ffff", "8.8.0.0-8.8.255.255"], listed.FirstPrefixes.Select(prefix => prefix.ToString()));
    }
}
