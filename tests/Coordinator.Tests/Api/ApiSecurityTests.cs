using System.Net;
using System.Text.Json;
using FpingCluster.Coordinator.Api;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Security;
using FpingCluster.Coordinator.Tests.Hosting;
using FpingCluster.Shared.Security;
using FpingCluster.TestKit;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Routing;

namespace FpingCluster.Coordinator.Tests.Api;

public sealed class ApiSecurityTests
{
    private const string NobodysToken = "fpc.v.abcdefgh.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    private const string Status = "api/v1/status";

    private static readonly string[] Open = ["GET /healthz", "GET /readyz"];
    private static readonly string[] OperatorsReading = ["GET /api/v1/tokens", "GET /api/v1/audit"];

    [Fact]
    public async Task Every_route_takes_a_token_and_what_changes_something_that_of_an_operator()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        coordinator.Tokens.Create(TokenRole.Viewer, "v", TimeSpan.FromHours(1), null, "test", out var viewerToken);
        coordinator.Tokens.Create(TokenRole.Join, "j", TimeSpan.FromHours(1), 1, "test", out var joinToken);
        using var viewer = coordinator.ClientOf(viewerToken);
        using var join = coordinator.ClientOf(joinToken);
        var routes = coordinator.Routes.OfType<RouteEndpoint>().Where(route => route.Metadata.GetMetadata<ApiMark>() is not null).SelectMany(RequestsOf).ToList();

        // What is neither the API's nor the agents' would be open to everybody.
        Assert.All(coordinator.Routes, route => Assert.True(
            route.Metadata.GetMetadata<ApiMark>() is not null || route.Metadata.GetMetadata<GrpcMethodMetadata>() is not null || $"{route.DisplayName}".StartsWith("gRPC - Unimplemented", StringComparison.Ordinal),
            route.DisplayName));
        Assert.InRange(routes.Count, 14, 100);
        foreach (var (method, path) in routes)
        {
            var route = $"{method} {path}";
            if (Open.Contains(route))
            {
                Assert.Equal(HttpStatusCode.OK, await Ask(coordinator.Anonymous, method, path));
                continue;
            }

            var needsOperator = method != "GET" || OperatorsReading.Contains(route);
            Assert.Equal((route, HttpStatusCode.Unauthorized), (route, await Ask(coordinator.Anonymous, method, path)));
            Assert.Equal((route, HttpStatusCode.Forbidden), (route, await Ask(join, method, path)));
            Assert.Equal((route, needsOperator), (route, await Ask(viewer, method, path) == HttpStatusCode.Forbidden));
            Assert.DoesNotContain(await Ask(coordinator.Http, method, path), new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden });
        }
    }

    [Fact]
    public async Task Without_a_token_the_answer_says_how_to_get_one()
    {
        await using var coordinator = await TestCoordinator.StartAsync();

        using var response = await coordinator.Anonymous.GetAsync(Status);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("Bearer realm=\"fpingcluster\"", response.Headers.WwwAuthenticate.ToString());
        Assert.StartsWith("no token was sent; name a file that holds a valid one with --token-file", await Detail(response), StringComparison.Ordinal);
        Assert.DoesNotContain(coordinator.Audit.Read(10), entry => entry.What == "login.refused");
    }

    [Fact]
    public async Task Unknown_and_wrong_token_are_refused_in_the_very_same_words()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        var token = coordinator.Tokens.Create(TokenRole.Viewer, "v", TimeSpan.FromHours(1), null, "test", out var text);
        string[] shown = [NobodysToken, NobodysToken.Replace("abcdefgh", token.Id, StringComparison.Ordinal), "", "secret", text + "x", text.Replace(".v.", ".o.", StringComparison.Ordinal), new string('x', 4_000)];
        var answers = new HashSet<string>();
        foreach (var wrong in shown)
        {
            using var client = coordinator.ClientOf(wrong);
            using var response = await client.GetAsync(Status);
            response.Headers.Date = null;
            answers.Add($"{response}{await response.Content.ReadAsStringAsync()}");
        }

        var answer = Assert.Single(answers);
        Assert.Contains("StatusCode: 401", answer, StringComparison.Ordinal);
        Assert.Contains("error=\"invalid_token\"", answer, StringComparison.Ordinal);
        Assert.Contains("the token is not valid; ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoked_token_is_refused_from_then_on()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        var token = coordinator.Tokens.Create(TokenRole.Viewer, "v", TimeSpan.FromHours(1), null, "test", out var text);
        using var client = coordinator.ClientOf(text);
        Assert.Equal(HttpStatusCode.OK, await Ask(client, "GET", Status));

        using var revoked = await coordinator.Http.PostAsync($"api/v1/tokens/{token.Id}/revoke", null);

        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        using var refused = await client.GetAsync(Status);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.StartsWith($"the token {token.Id} was revoked; ", await Detail(refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expired_token_is_refused()
    {
        var time = new FakeTimeProvider();
        await using var coordinator = await TestCoordinator.StartAsync(time: time);
        var token = coordinator.Tokens.Create(TokenRole.Viewer, "v", TimeSpan.FromSeconds(1), null, "test", out var text);
        using var client = coordinator.ClientOf(text);
        Assert.Equal(HttpStatusCode.OK, await Ask(client, "GET", Status));

        time.Advance(TimeSpan.FromSeconds(1));

        using var refused = await client.GetAsync(Status);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.StartsWith($"the token {token.Id} has expired; ", await Detail(refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Viewer_is_told_which_role_it_takes_and_it_is_recorded()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        var token = coordinator.Tokens.Create(TokenRole.Viewer, "bob", TimeSpan.FromHours(1), null, "test", out var text);
        using var client = coordinator.ClientOf(text);

        using var refused = await client.PostAsync("api/v1/agents/%0d%0aforged%0d%0a/drain", null);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.StartsWith(
            $"this takes the role operator; the token {token.Id} has the role viewer; name a file that holds a valid one with --token-file or FPINGCLUSTER_TOKEN_FILE; " +
            "an operator makes one with 'fping-coordinator token create --role operator'",
            await Detail(refused), StringComparison.Ordinal);
        var entry = coordinator.Audit.Read(1).Single();
        Assert.Equal((AuditActor.Token(token.Id, "bob"), "login.refused", AuditOutcome.Refused), (entry.Who, entry.What, entry.Outcome));
        Assert.Equal("127.0.0.1", entry.From);
        Assert.StartsWith("POST /api/v1/agents/%0D%0Aforged%0D%0A/drain takes the role operator", entry.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_tokens_are_recorded_but_not_without_bound()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        using var client = coordinator.ClientOf(NobodysToken);
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await Ask(client, "GET", Status));
        }

        var refused = coordinator.Audit.Read(1_000).Where(entry => entry.What == "login.refused").ToList();

        Assert.Equal(10, refused.Count);
        Assert.All(refused, entry => Assert.Equal(("the token is not valid", "127.0.0.1"), (entry.Why, entry.From)));
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)]
    [InlineData(TokenRole.Viewer, HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData(TokenRole.Operator, HttpStatusCode.OK, HttpStatusCode.OK)]
    public async Task Anonymous_may_do_what_the_configuration_says(TokenRole? anonymous, HttpStatusCode reading, HttpStatusCode operating)
    {
        await using var coordinator = await TestCoordinator.StartAsync(security: new SecuritySettings { Anonymous = anonymous });
        using var wrong = coordinator.ClientOf(NobodysToken);

        Assert.Equal(reading, await Ask(coordinator.Anonymous, "GET", Status));
        Assert.Equal(operating, await Ask(coordinator.Anonymous, "GET", "api/v1/tokens"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(wrong, "GET", Status));
    }

    [Theory]
    [InlineData("Host: 127.0.0.1:1", 200)]
    [InlineData("Host: localhost", 200)]
    [InlineData("Host: [::1]:8080", 200)]
    [InlineData("Host: ping.example.com", 200)]
    [InlineData("Host: evil.example.com", 421)]
    [InlineData("Host: 127.0.0.1.evil.example.com", 421)]
    [InlineData("Host: 192.0.2.1", 421)]
    [InlineData("Host: localhost\nOrigin: http://localhost", 200)]
    [InlineData("Host: localhost\nOrigin: http://evil.example.com", 403)]
    [InlineData("Host: localhost\nOrigin: null", 403)]
    public async Task Page_of_another_site_is_turned_away(string headers, int status)
    {
        var security = new SecuritySettings { Names = ["ping.example.com"], Anonymous = TokenRole.Operator };
        await using var coordinator = await TestCoordinator.StartAsync(security: security);

        var answer = await RawHttp.SendAsync(coordinator.Api, $"GET /api/v1/status HTTP/1.1\n{headers}");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Access-Control", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Oversized_requests_are_refused_and_the_API_goes_on()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        var token = (await File.ReadAllTextAsync(Path.Combine(coordinator.Security, OperatorToken.Name))).Trim();
        var head = $"Host: localhost\nAuthorization: Bearer {token}";

        Assert.Equal(414, await Code($"GET /api/v1/rounds?job={new string('x', 10_000)} HTTP/1.1\n{head}"));
        Assert.Equal(431, await Code($"GET /api/v1/status HTTP/1.1\n{head}\nX-Long: {new string('x', 40_000)}"));
        Assert.Equal(431, await Code($"GET /api/v1/status HTTP/1.1\n{head}{string.Concat(Enumerable.Range(0, 200).Select(i => $"\nX-{i}: 1"))}"));
        Assert.Equal(401, await Code($"GET /api/v1/status HTTP/1.1\nHost: localhost\nAuthorization: Bearer {new string('x', 20_000)}"));
        Assert.Equal(413, await Code($"POST /api/v1/tokens HTTP/1.1\n{head}\nContent-Length: 1000000", $"{{\"name\":\"{new string('x', 20_000)}"));
        Assert.Equal(413, await Code($"POST /api/v1/tokens HTTP/1.1\n{head}\nTransfer-Encoding: chunked", $"8000\r\n{{\"name\":\"{new string('x', 0x8000 - 9)}\r\n0\r\n\r\n"));
        Assert.Equal(401, await Code("POST /api/v1/tokens HTTP/1.1\nHost: localhost\nContent-Length: 1000000", new string('x', 20_000)));
        Assert.Equal(200, await Code($"GET /api/v1/status HTTP/1.1\n{head}"));

        async Task<int> Code(string request, string body = "")
        {
            var answer = await RawHttp.SendAsync(coordinator.Api, request, body);
            Assert.StartsWith("HTTP/1.1 ", answer, StringComparison.Ordinal);
            return int.Parse(answer.AsSpan(9, 3));
        }
    }

    [Theory]
    [InlineData("rounds/..%2f..%2f..%2fsecurity%2foperator.token/results")]
    [InlineData("rounds/%2e%2e%2f%2e%2e%2fsecurity%2ftokens.json")]
    [InlineData("tokens/..%2f..%2fsecurity%2fca.key/revoke")]
    [InlineData("agents/..%2fsecurity%2foperator.token/revoke")]
    [InlineData("../../security/operator.token")]
    public async Task Path_leads_to_no_file(string path)
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        var token = (await File.ReadAllTextAsync(Path.Combine(coordinator.Security, OperatorToken.Name))).Trim();
        foreach (var method in new[] { "GET", "POST" })
        {
            var answer = await RawHttp.SendAsync(coordinator.Api, $"{method} /api/v1/{path} HTTP/1.1\nHost: localhost\nAuthorization: Bearer {token}\nContent-Length: 0");

            Assert.Matches("^HTTP/1.1 (404|405) ", answer);
            Assert.DoesNotContain("fpc.", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Names_and_ids_make_no_header()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        var token = (await File.ReadAllTextAsync(Path.Combine(coordinator.Security, OperatorToken.Name))).Trim();
        const string evil = "x%0d%0aSet-Cookie:%20a=b%0d%0a%0d%0a<html>";
        foreach (var path in new[] { $"rounds?job={evil}", $"rounds/{evil}", $"rounds/latest/results?job={evil}", $"rounds/latest/results?format={evil}", $"rounds?limit={evil}", $"audit?limit={evil}" })
        {
            var answer = await RawHttp.SendAsync(coordinator.Api, $"GET /api/v1/{path} HTTP/1.1\nHost: localhost\nAuthorization: Bearer {token}");

            var head = answer[..answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
            Assert.Matches("^HTTP/1.1 40[04] ", head);
            Assert.DoesNotContain("Set-Cookie", head, StringComparison.Ordinal);
            Assert.Contains("application/problem+json", head, StringComparison.Ordinal);
            Assert.Contains("X-Content-Type-Options: nosniff", head, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Act_that_cannot_be_recorded_is_refused_and_reading_goes_on()
    {
        using var disk = new Tmpfs("size=2m");
        await using var coordinator = await TestCoordinator.StartAsync(dataDir: disk.Path);
        await using var agent = await TestAgent.JoinAsync(coordinator.Grpc, "a1");
        await coordinator.Cluster.WaitForAgentsAsync(1, CancellationToken.None).WaitAsync(TestAgent.Patience);
        var token = coordinator.Tokens.Create(TokenRole.Viewer, "v", TimeSpan.FromHours(1), null, "test", out var text);
        using var viewer = coordinator.ClientOf(text);
        var id = coordinator.Cluster.Membership.Agents.Single().Introduction.Id;
        disk.Fill();

        // The last block of the log has room for a few.
        var done = 0;
        HttpStatusCode status;
        while ((status = await Ask(coordinator.Http, "POST", $"api/v1/agents/{id}/drain")) == HttpStatusCode.Accepted && done < 100)
        {
            done++;
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal(done, coordinator.Audit.Read(200).Count(entry => entry.What == "agent.drain"));
        using var refused = await coordinator.Http.PostAsync($"api/v1/tokens/{token.Id}/revoke", null);
        Assert.Contains("nothing is done that cannot be recorded", await Detail(refused), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await Ask(viewer, "GET", Status));
        disk.MakeRoom();
        Assert.Equal(HttpStatusCode.OK, await Ask(coordinator.Http, "POST", $"api/v1/tokens/{token.Id}/revoke"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(viewer, "GET", Status));
    }

    private static IEnumerable<(string Method, string Path)> RequestsOf(RouteEndpoint route) =>
        route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method =>
            (method, "/" + route.RoutePattern.RawText!.Trim('/').Replace("{id}", "00112233445566778899aabbccddeeff", StringComparison.Ordinal)));

    private static async Task<HttpStatusCode> Ask(HttpClient client, string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task<string> Detail(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString()!;
}
