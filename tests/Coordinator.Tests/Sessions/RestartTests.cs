using FpingCluster.Coordinator.Tests.Hosting;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.Shared.Protocol.V1;

namespace FpingCluster.Coordinator.Tests.Sessions;

/// <summary>A coordinator that is started on the store of another, over the wire.</summary>
public sealed class RestartTests
{
    private const string Targets = "127.0.0.1\n127.0.0.2\n127.0.0.3\n127.0.0.4\n127.0.0.5\n";

    private readonly MemoryResultStore _store = new();

    [Fact]
    public async Task Agent_brings_its_leases_back_and_the_results_that_were_not_acknowledged()
    {
        var hello = TestAgent.Hello("a1");
        var (grant, answers) = await LeaseAndStopAsync(hello);
        hello.HeldLeases.AddRange(grant.Leases.Select(lease => new HeldLease { Round = grant.Round, Shard = lease.Shard, Epoch = lease.Epoch }));
        await using var coordinator = await StartAsync();
        await using var agent = (await TestAgent.JoinAsync(coordinator.Grpc, hello)).WithHeartbeats();
        foreach (var answer in answers)
        {
            await agent.SendAsync(answer);
        }

        await coordinator.RunRoundAsync().WaitAsync(TestAgent.Patience);

        var round = Assert.Single(_store.ReadRounds(null, 10));
        Assert.Equal((grant.Round, 5, 0), (round.Id.Value, round.Summary!.Up, round.Summary.Unknown));
        Assert.Equal(
            grant.Leases.Select(lease => (lease.Shard, lease.Epoch)).Order(), _store.ReadBatches(round.Id).Select(batch => (batch.Shard.Value, batch.Epoch.Value)));
    }

    [Fact]
    public async Task Results_of_leases_that_the_agent_did_not_claim_are_acknowledged_and_forgotten()
    {
        var hello = TestAgent.Hello("a1");
        var (grant, answers) = await LeaseAndStopAsync(hello);
        await using var coordinator = await StartAsync();
        await using var agent = (await TestAgent.JoinAsync(coordinator.Grpc, hello)).WithHeartbeats();

        foreach (var answer in answers)
        {
            await agent.SendAsync(answer);
        }

        for (var acknowledged = 0ul; acknowledged < (ulong)answers.Count;)
        {
            acknowledged = (await agent.ReceiveAsync(CoordinatorMessage.MessageOneofCase.BatchAck)).BatchAck.Sequence;
        }

        Assert.Empty(_store.ReadBatches(new(grant.Round)));
    }

    // The round is left as a kill would leave it: the store knows of it, and no result came.
    private async Task<(LeaseGrant Grant, IReadOnlyList<AgentMessage> Answers)> LeaseAndStopAsync(Hello hello)
    {
        Task running;
        LeaseGrant grant;
        List<AgentMessage> answers;
        await using (var coordinator = await StartAsync())
        {
            await using var agent = await TestAgent.JoinAsync(coordinator.Grpc, hello);
            running = coordinator.RunRoundAsync();
            grant = (await agent.ReceiveAsync(CoordinatorMessage.MessageOneofCase.LeaseGrant)).LeaseGrant;
            answers = [.. grant.Leases.Select(lease => agent.Answer(grant.Round, lease))];
        }

        await Assert.ThrowsAsync<OperationCanceledException>(() => running.WaitAsync(TestAgent.Patience));
        Assert.Single(_store.ReadUnfinishedRounds());
        _store.Generation++;
        return (grant, answers);
    }

    private Task<TestCoordinator> StartAsync() => TestCoordinator.StartAsync(Targets, bucket: 2, store: _store);
}
