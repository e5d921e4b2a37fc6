using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FpingCluster.Coordinator.Cli.Client;
using FpingCluster.Coordinator.Tests.Hosting;
using FpingCluster.Shared.Security;
using FpingCluster.TestKit.Fuzzing;
using Xunit.Abstractions;

namespace FpingCluster.Coordinator.Tests.Api;

/// <summary>Requests that no client sends, and answers that no coordinator gives.</summary>
public sealed class ApiFuzzTests(ITestOutputHelper output)
{
    private const int Requests = 6_000;
    private const int Answers = 100_000;
    // The coordinator waits for the rest of a body that was announced; longer than this nobody waits with it.
    private const int PatienceMs = 1_000;

    // What a mutated request may lack, and the end of the connection.
    private static readonly byte[] End = "\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray();

    [Fact]
    public async Task Request_is_answered_or_refused_and_never_an_internal_error()
    {
        await using var coordinator = await TestCoordinator.StartAsync("127.0.0.1\n127.0.0.2\n");
        await coordinator.RunRoundWithAgentAsync();
        coordinator.Tokens.Create(TokenRole.Operator, "fuzz", null, null, "test", out var token);

        Fuzz.Run(
            Requests,
            [
                Request("GET /api/v1/rounds?limit=5&job=iot", token),
                Request("GET /api/v1/rounds/1/results?format=csv&colour=true", token),
                Request("GET /api/v1/rounds/latest/results?format=table", token),
                Request("GET /api/v1/status", token),
                Request("POST /api/v1/agents/00112233445566778899aabbccddeeff/drain", token),
                Request("GET /api/v1/audit?limit=3", token),
                $"POST /api/v1/tokens HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Length: 35\r\n\r\n{{\"role\":\"join\",\"ttl_s\":60,\"uses\":3}}",
            ],
            input => Send(coordinator.Api, input), output.WriteLine);

        Assert.Equal("ready\n", await coordinator.Http.GetStringAsync("readyz"));
    }

    [Fact]
    public async Task Answer_is_read_or_refused()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await coordinator.RunRoundWithAgentAsync();
        string[] genuine =
        [
            await coordinator.Http.GetStringAsync("api/v1/status"),
            await (await coordinator.Http.GetAsync("api/v1/rounds/7")).Content.ReadAsStringAsync(),
        ];

        Fuzz.Run(Answers, genuine, input =>
        {
            ApiJson.ProblemDetail(input);
            try
            {
                ApiJson.Read<Coordinator.Api.StatusView>(input);
                ApiJson.Indent(input);
                return true;
            }
            catch (JsonException)
            {
                return false;
            }
        }, output.WriteLine);
    }

    private static string Request(string line, string token) => $"{line} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n";

    private static bool Send(Uri api, byte[] request)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = PatienceMs, SendTimeout = PatienceMs };
        socket.Connect(api.Host, api.Port);
        var answer = new MemoryStream();
        try
        {
            socket.Send([.. request, .. End]);
            var buffer = new byte[4_096];
            while (socket.Receive(buffer) is > 0 and var count)
            {
                answer.Write(buffer, 0, count);
            }
        }
        catch (SocketException reset) when (reset.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.TimedOut or SocketError.WouldBlock)
        {
            // It hung up on what is no HTTP.
        }

        var text = Encoding.Latin1.GetString(answer.GetBuffer(), 0, (int)answer.Length);
        Assert.DoesNotMatch("HTTP/1.1 50[0-2]", text);
        return text.StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
    }
}
