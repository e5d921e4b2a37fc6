using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Security;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.Shared.Hosting;
using FpingCluster.TestKit;
using FpingCluster.TestKit.Certificates;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Tests.Security;

public sealed class ServerCertificateTests : IDisposable
{
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.9");

    private readonly EnrolmentDesk _desk = new(new SecuritySettings { Names = ["ping.example.com", "10.0.0.5"] });
    private readonly TestAuthority _outside = new("Outside CA");
    private readonly WorkFolder _files = new();
    private readonly RecordingLogger<OutsideServerCertificate> _log = new();

    private TlsFiles Files => new(_files.PathOf("tls.crt"), _files.PathOf("tls.key"));

    public void Dispose()
    {
        _files.Dispose();
        _outside.Dispose();
        _desk.Dispose();
    }

    [Fact]
    public void Own_certificate_has_every_name_by_which_this_host_is_reached()
    {
        var own = Own(IPAddress.Parse("198.51.100.3"));

        var names = NamesOf(own.For(IPAddress.Loopback));

        Assert.All(
            ["localhost", Dns.GetHostName(), "127.0.0.1", "::1", "198.51.100.3", "ping.example.com", "10.0.0.5"],
            name => Assert.Contains(name, names));
    }

    [Fact]
    public void Own_certificate_of_a_wildcard_address_has_the_addresses_of_the_interfaces_and_not_the_wildcard()
    {
        var names = NamesOf(Own(IPAddress.IPv6Any).For(IPAddress.Loopback));

        Assert.Contains("127.0.0.1", names);
        Assert.DoesNotContain("::", names);
        Assert.All(
            System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
                .Where(card => card.OperationalStatus == System.Net.NetworkInformation.OperationalStatus.Up)
                .SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address)
                .Where(address => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork).Take(8),
            address => Assert.Contains(address.ToString(), names));
    }

    [Fact]
    public void Own_certificate_lasts_until_two_thirds_of_its_time_are_over()
    {
        var own = Own(IPAddress.Loopback);
        var first = own.For(IPAddress.Loopback);
        _desk.Time.Advance(TimeSpan.FromDays(20) - TimeSpan.FromSeconds(1));
        Assert.Same(first, own.For(IPAddress.Loopback));

        _desk.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.NotSame(first, own.For(IPAddress.Loopback));
        Assert.Equal(_desk.Time.GetUtcNow().UtcDateTime.AddDays(30), own.For(null).TargetCertificate.NotAfter.ToUniversalTime());
    }

    [Fact]
    public void Own_certificate_learns_an_address_that_the_host_has_got_since()
    {
        var own = Own(IPAddress.Any);
        Assert.DoesNotContain(Elsewhere.ToString(), NamesOf(own.For(IPAddress.Loopback)));

        var names = NamesOf(own.For(Elsewhere.MapToIPv6()));

        Assert.Contains(Elsewhere.ToString(), names);
        Assert.Same(own.For(Elsewhere), own.For(IPAddress.Loopback));
    }

    [Fact]
    public void Certificate_from_outside_is_read_again_when_it_changes()
    {
        Write(_outside.IssueServer());
        using var served = Outside();
        var first = served.For(null).TargetCertificate.Thumbprint;
        Assert.Equal(first, served.For(null).TargetCertificate.Thumbprint);

        using var renewed = _outside.IssueServer();
        Write(renewed);
        _desk.Time.Advance(OutsideServerCertificate.PollInterval);

        Assert.Equal(renewed.Thumbprint, served.For(null).TargetCertificate.Thumbprint);
        Assert.Null(served.Trouble);
        Assert.Contains(_log.Entries, entry => entry.Level == LogLevel.Information && entry.Message.Contains("read again", StringComparison.Ordinal));
    }

    [Fact]
    public void Certificate_from_outside_is_looked_at_when_somebody_connects()
    {
        Write(_outside.IssueServer());
        using var served = Outside();
        using var renewed = _outside.IssueServer();
        Write(renewed);

        _desk.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(renewed.Thumbprint, served.For(null).TargetCertificate.Thumbprint);
    }

    [Theory]
    [InlineData("tls.crt", "no certificate")]
    [InlineData("tls.crt", "")]
    [InlineData("tls.key", "no key")]
    [InlineData("tls.key", null)]
    public void Bad_pair_leaves_the_good_one_in_use_and_is_told_until_it_is_good_again(string file, string? content)
    {
        using var good = _outside.IssueServer();
        Write(good);
        using var served = Outside();
        File.Delete(_files.PathOf(file));
        if (content is not null)
        {
            _files.Write(file, content);
        }

        _desk.Time.Advance(2 * OutsideServerCertificate.PollInterval);

        Assert.Equal(good.Thumbprint, served.For(null).TargetCertificate.Thumbprint);
        Assert.Contains("the certificate from before is still in use", served.Trouble, StringComparison.Ordinal);
        Assert.Single(_log.Entries, entry => entry.Level == LogLevel.Error);
        using var better = _outside.IssueServer();
        Write(better);
        _desk.Time.Advance(OutsideServerCertificate.PollInterval);
        Assert.Equal((better.Thumbprint, null), (served.For(null).TargetCertificate.Thumbprint, served.Trouble));
    }

    [Fact]
    public void Pair_whose_halves_belong_to_two_certificates_is_bad()
    {
        Write(_outside.IssueServer());
        var key = File.ReadAllText(Files.Key);
        Write(_outside.IssueServer());
        File.WriteAllText(Files.Key, key);

        Assert.Contains("are no certificate and its key", Assert.Throws<UserErrorException>(Outside).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificate_from_outside_that_ran_out_is_told()
    {
        Write(_outside.IssueServer(until: _desk.Time.GetUtcNow().AddHours(1)));
        using var served = Outside();
        Assert.Null(served.Trouble);

        _desk.Time.Advance(TimeSpan.FromHours(1));

        Assert.Contains("ran out at", served.Trouble, StringComparison.Ordinal);
    }

    private OwnServerCertificate Own(IPAddress listen) => new(_desk.Authority, _desk.Settings, [listen], _desk.Time);

    private OutsideServerCertificate Outside() => new(Files, _desk.Time, _log);

    private void Write(X509Certificate2 certificate) => TestAuthority.Write(certificate, Files.Certificate, Files.Key);

    private static List<string> NamesOf(SslStreamCertificateContext context)
    {
        var extension = context.TargetCertificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        return [.. extension.EnumerateDnsNames(), .. extension.EnumerateIPAddresses().Select(address => address.ToString())];
    }
}
