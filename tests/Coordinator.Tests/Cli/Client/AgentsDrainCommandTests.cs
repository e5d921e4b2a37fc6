using System.CommandLine;
using System.Net;
using System.Text.Json;
using FpingCluster.Coordinator.Cli.Client;
using FpingCluster.Coordinator.Tests.Hosting;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Protocol.V1;

namespace FpingCluster.Coordinator.Tests.Cli.Client;

/// <summary>`fping-coordinator agents drain` and the route behind it.</summary>
public sealed class AgentsDrainCommandTests
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    [Fact]
    public async Task Agents_chosen_by_name_and_by_id_are_asked_once_and_shown_as_draining()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await using var first = await TestAgent.JoinAsync(coordinator.Grpc, "a1");
        var hello = TestAgent.Hello("a2");
        await using var second = await TestAgent.JoinAsync(coordinator.Grpc, hello);
        await using var third = await TestAgent.JoinAsync(coordinator.Grpc, "a3");
        await coordinator.Cluster.WaitForAgentsAsync(3, CancellationToken.None).WaitAsync(TestAgent.Patience);

        Assert.Equal(ExitCode.Done, await Run(coordinator, "a1", IdOf(hello), "a2"));

        await first.ReceiveAsync(CoordinatorMessage.MessageOneofCase.Drain);
        await second.ReceiveAsync(CoordinatorMessage.MessageOneofCase.Drain);
        var rows = _output.ToString().TrimEnd('\n').Split('\n')[1..].Select(row => string.Join(' ', row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..2]));
        Assert.Equal(["a1 draining", "a2 draining"], rows);
        Assert.Contains("each leaves when all it has begun is finished and acknowledged", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(["draining", "draining", "connected"], await States(coordinator));
    }

    [Fact]
    public async Task Unknown_and_ambiguous_names_are_told_all_at_once_and_nobody_is_asked()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        var (twin, other) = (TestAgent.Hello("twin"), TestAgent.Hello("twin"));
        await using var first = await TestAgent.JoinAsync(coordinator.Grpc, twin);
        await using var second = await TestAgent.JoinAsync(coordinator.Grpc, other);
        await using var third = await TestAgent.JoinAsync(coordinator.Grpc, "a1");
        await coordinator.Cluster.WaitForAgentsAsync(3, CancellationToken.None).WaitAsync(TestAgent.Patience);

        Assert.Equal(ExitCode.BadUsage, await Run(coordinator, "a1", "twin", "a9"));

        var lines = _error.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("2 agents have the name 'twin'; choose by id: ", lines[0], StringComparison.Ordinal);
        Assert.All([twin, other], hello => Assert.Contains($"{IdOf(hello)} (ipv4:127.0.0.1:", lines[0], StringComparison.Ordinal));
        Assert.Equal("there is no agent 'a9'; the agents here are a1, twin, twin", lines[1]);
        Assert.Empty(_output.ToString());
        Assert.Equal(["connected", "connected", "connected"], await States(coordinator));
    }

    [Fact]
    public async Task No_agent_at_all_is_told()
    {
        await using var coordinator = await TestCoordinator.StartAsync();

        Assert.Equal(ExitCode.BadUsage, await Run(coordinator, "a1"));

        Assert.Equal("there is no agent 'a1': none is connected\n", _error.ToString());
    }

    [Fact]
    public async Task Json_is_that_of_the_agents()
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await using var agent = await TestAgent.JoinAsync(coordinator.Grpc, "a1");
        await coordinator.Cluster.WaitForAgentsAsync(1, CancellationToken.None).WaitAsync(TestAgent.Patience);

        Assert.Equal(ExitCode.Done, await Run(coordinator, "a1", "--json"));

        using var shown = JsonDocument.Parse(_output.ToString());
        using var served = JsonDocument.Parse(await coordinator.Http.GetStringAsync(AgentsCommand.Path));
        Assert.Equal(served.RootElement[0].EnumerateObject().Select(property => property.Name), shown.RootElement[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal("draining", shown.RootElement[0].GetProperty("status").GetString());
        Assert.Empty(_error.ToString());
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("a1")]
    public async Task Route_knows_agents_by_id_alone(string id)
    {
        await using var coordinator = await TestCoordinator.StartAsync();
        await using var agent = await TestAgent.JoinAsync(coordinator.Grpc, "a1");
        await coordinator.Cluster.WaitForAgentsAsync(1, CancellationToken.None).WaitAsync(TestAgent.Patience);

        using var response = await coordinator.Http.PostAsync(new Uri($"{AgentsCommand.Path}/{id}/drain", UriKind.Relative), content: null);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains($"there is no agent with the id '{id}'", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static string IdOf(Hello hello) => new Guid(hello.AgentId.Span, bigEndian: true).ToString("N");

    private static async Task<IEnumerable<string?>> States(TestCoordinator coordinator) =>
        JsonDocument.Parse(await coordinator.Http.GetStringAsync(AgentsCommand.Path)).RootElement.EnumerateArray().Select(agent => agent.GetProperty("status").GetString());

    private Task<int> Run(TestCoordinator coordinator, params string[] arguments) =>
        CommandRunner.RunAsync(new RootCommand { AgentsCommand.Create() }, ["agents", "drain", .. arguments, "--url", coordinator.Api.ToString()], _output, _error);
}
