using FpingCluster.Coordinator.Cli.Client;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Coordinator.Tests.Cli.Client;

public sealed class ApiUrlTests
{
    [Theory]
    [InlineData(null, null, "http://127.0.0.1:8080/")]
    [InlineData(null, "", "http://127.0.0.1:8080/")]
    [InlineData(null, "http://10.0.0.1:80", "http://10.0.0.1/")]
    [InlineData("https://10.0.0.2/cluster", "http://10.0.0.1", "https://10.0.0.2/cluster/")]
    public void Option_comes_before_the_environment_and_that_before_the_default(string? option, string? variable, string url) =>
        Assert.Equal(url, ApiUrl.Choose(option, variable).ToString());

    [Theory]
    [InlineData("localhost:8080", null, "--url is 'localhost:8080'; write http://HOST:PORT, for example http://127.0.0.1:8080")]
    [InlineData(null, "127.0.0.1:8080", "FPINGCLUSTER_URL is '127.0.0.1:8080'; write http://HOST:PORT, for example http://127.0.0.1:8080")]
    [InlineData("", null, "--url is ''; write http://HOST:PORT, for example http://127.0.0.1:8080")]
    [InlineData("http://a/?b", null, "--url is 'http://a/?b'; write http://HOST:PORT, for example http://127.0.0.1:8080")]
    public void What_is_no_url_is_told_with_where_it_was_said(string? option, string? variable, string message) =>
        Assert.Equal(message, Assert.Throws<UserErrorException>(() => ApiUrl.Choose(option, variable)).Message);
}
