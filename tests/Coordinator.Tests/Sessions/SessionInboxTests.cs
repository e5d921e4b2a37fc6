using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Sessions;
using FpingCluster.Coordinator.Tests.Hosting;
using FpingCluster.Coordinator.Tests.Membership;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace FpingCluster.Coordinator.Tests.Sessions;

public sealed class SessionInboxTests
{
    [Fact]
    public async Task Heartbeat_is_answered_though_the_cluster_loop_does_not_get_to_it()
    {
        var time = new FakeTimeProvider();
        var link = new AgentLink(new Welcome(), time, () => { });
        // Not started: as one that is busy.
        using var cluster = new ClusterLoop(new MemoryResultStore(), new ClusterOptions(), time, NullLoggerFactory.Instance);
        var inbox = new SessionInbox(
            Introductions.Agent(1), link, cluster, credits: 8, new ForgottenResults("a1", time, NullLogger.Instance), time);
        link.Acknowledge(7);

        await inbox.ReceiveAsync(new AgentMessage { Heartbeat = new Heartbeat() }, CancellationToken.None);

        await using var outgoing = link.OutgoingAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await outgoing.MoveNextAsync().AsTask().WaitAsync(TestAgent.Patience));
        Assert.True(await outgoing.MoveNextAsync().AsTask().WaitAsync(TestAgent.Patience));
        Assert.Equal(7UL, outgoing.Current.BatchAck.Sequence);
    }
}
