using System.Net;
using System.Security.Cryptography.X509Certificates;
using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Hosting;
using FpingCluster.TestKit;

namespace FpingCluster.Coordinator.Tests.Security;

public sealed class CertificateAuthorityTests : IDisposable
{
    private readonly WorkFolder _data = new();
    private readonly FakeTimeProvider _time = new();

    private string KeyFile => _data.PathOf("security/ca.key");

    private string CertificateFile => _data.PathOf("security/ca.crt");

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Authority_is_made_once_and_its_key_is_for_its_owner_alone()
    {
        using var made = Open();
        var (key, certificate) = (File.ReadAllText(KeyFile), File.ReadAllText(CertificateFile));

        using var again = Open();

        Assert.Equal((key, certificate, made.Pin), (File.ReadAllText(KeyFile), File.ReadAllText(CertificateFile), again.Pin));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        Assert.Equal(_time.GetUtcNow().UtcDateTime.AddYears(10), again.Certificate.NotAfter.ToUniversalTime());
        Assert.False(again.Certificate.HasPrivateKey);
    }

    [Fact]
    public void Certificate_that_was_lost_is_made_again_and_what_was_issued_before_is_still_good()
    {
        X509Certificate2 issued;
        string pin;
        using (var first = Open())
        {
            (issued, pin) = (first.IssueServer(["ping.example.com"], [IPAddress.Loopback]), first.Pin);
        }

        File.Delete(CertificateFile);
        using var second = Open();

        Assert.Equal(pin, second.Pin);
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, VerificationTime = _time.GetUtcNow().UtcDateTime } };
        chain.ChainPolicy.CustomTrustStore.Add(second.Certificate);
        Assert.True(chain.Build(issued));
        issued.Dispose();
    }

    [Theory]
    [InlineData("ca.key", null, "ca.key is missing; restore it")]
    [InlineData("ca.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "ca.key is damaged")]
    [InlineData("ca.key", "", "ca.key is damaged")]
    [InlineData("ca.crt", "half a certif", "ca.crt is damaged")]
    public void Damaged_file_is_refused_and_never_replaced(string name, string? content, string expected)
    {
        Open().Dispose();
        var path = _data.PathOf($"security/{name}");
        if (content is null)
        {
            File.Delete(path);
        }
        else
        {
            File.WriteAllText(path, content);
        }

        var message = Assert.Throws<UserErrorException>(Open).Message;

        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("restore it", message, StringComparison.Ordinal);
        Assert.Equal(content, File.Exists(path) ? File.ReadAllText(path) : null);
    }

    [Fact]
    public void Key_and_certificate_of_two_authorities_are_refused()
    {
        Open().Dispose();
        var certificate = File.ReadAllText(CertificateFile);
        File.Delete(KeyFile);
        File.Delete(CertificateFile);
        Open().Dispose();
        File.WriteAllText(CertificateFile, certificate);

        Assert.Contains("do not belong together", Assert.Throws<UserErrorException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_that_others_may_read_is_refused_with_the_remedy()
    {
        Open().Dispose();
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        Assert.Contains($"chmod 0600 {KeyFile}", Assert.Throws<UserErrorException>(Open).Message, StringComparison.Ordinal);
    }

    private CertificateAuthority Open() => CertificateAuthority.Open(SecurityFolder.Open(_data.Root), _time);
}
