using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using FpingCluster.Coordinator.Hosting;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Security;
using FpingCluster.Coordinator.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Tests.Security;

/// <summary>Two ports of a coordinator that listens beyond loopback, and what becomes of those who do not speak TLS as they should.</summary>
public sealed class TlsListenerTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly StoreFolder _folder = new();
    private WebApplication _app = null!;

    private int Grpc => CoordinatorHost.Endpoints(_app)[0].Port;

    private int Api => CoordinatorHost.Endpoints(_app)[1].Port;

    public async Task InitializeAsync() => _app = await StartAsync(insecure: false);

    public async Task DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Plain_http_to_the_API_is_told_to_come_with_https()
    {
        var answer = await SayAsync(Api, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());

        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("https", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_http_to_the_agents_port_is_hung_up_on() =>
        Assert.Equal("", await SayAsync(Grpc, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray()));

    // A ClientHello of TLS 1.1 without any extension, which would offer a later version.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Older_version_of_TLS_is_refused(bool agents)
    {
        byte[] hello = [3, 2, .. new byte[32], 0, 0, 4, 0xC0, 0x09, 0xC0, 0x13, 1, 0];
        byte[] record = [0x16, 3, 1, 0, (byte)(hello.Length + 4), 1, 0, 0, (byte)hello.Length, .. hello];

        var answer = await SayAsync(agents ? Grpc : Api, record);

        // An alert or nothing: no handshake message, which would begin with 0x16.
        Assert.True(answer.Length == 0 || answer[0] == 0x15, $"answered with {answer.Length} bytes, the first 0x{(answer.Length > 0 ? (int)answer[0] : 0):x2}");
    }

    [Fact]
    public async Task Tls_offers_the_one_protocol_of_each_port()
    {
        Assert.Equal(SslApplicationProtocol.Http2, await NegotiateAsync(Grpc));
        Assert.Equal(SslApplicationProtocol.Http11, await NegotiateAsync(Api));
    }

    [Fact]
    public async Task Stop_does_not_wait_for_who_has_said_nothing()
    {
        using var idle = new TcpClient();
        await idle.ConnectAsync(IPAddress.Loopback, Grpc);
        using var talking = new TcpClient();
        await talking.ConnectAsync(IPAddress.Loopback, Grpc);

        await _app.StopAsync().WaitAsync(Patience);

        Assert.Equal(0, await idle.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task Insecure_takes_plain_text_everywhere_and_TLS_beside_it()
    {
        await DisposeAppAsync();
        _app = await StartAsync(insecure: true);

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await SayAsync(Api, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray()), StringComparison.Ordinal);
        Assert.Equal(SslApplicationProtocol.Http2, await NegotiateAsync(Grpc));
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("::")]
    public void Address_beyond_this_host_takes_no_plain_text(string address)
    {
        var settings = Settings(new IPEndPoint(IPAddress.Parse(address), 1), insecure: false);

        Assert.False(settings.TakesPlain(settings.Grpc));
        Assert.True(settings.TakesPlain(new IPEndPoint(IPAddress.IPv6Loopback, 1)));
    }

    private async Task DisposeAppAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task<WebApplication> StartAsync(bool insecure)
    {
        var app = CoordinatorHost.Build(Settings(new IPEndPoint(IPAddress.Any, 0), insecure), LogLevel.Critical, services => services.AddSingleton<ServiceJobs>());
        await CoordinatorHost.StartAsync(app, CancellationToken.None);
        return app;
    }

    private HostSettings Settings(IPEndPoint listen, bool insecure) => new(listen, listen, insecure, _folder.Path, new ClusterOptions(), SettingNames.Keys);

    private static async Task<string> SayAsync(int port, byte[] words)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await client.GetStream().WriteAsync(words);
        using var heard = new MemoryStream();
        try
        {
            await client.GetStream().CopyToAsync(heard).WaitAsync(Patience);
        }
        catch (IOException)
        {
            // Hung up on without another word.
        }

        return Encoding.Latin1.GetString(heard.ToArray());
    }

    private async Task<SslApplicationProtocol> NegotiateAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            CertificateChainPolicy = new System.Security.Cryptography.X509Certificates.X509ChainPolicy
            {
                TrustMode = System.Security.Cryptography.X509Certificates.X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { _app.Services.GetRequiredService<CertificateAuthority>().Certificate },
                RevocationMode = System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck,
            },
        });
        return tls.NegotiatedApplicationProtocol;
    }
}
