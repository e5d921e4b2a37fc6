using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Storage;
using FpingCluster.Coordinator.Tests.Membership;
using FpingCluster.Coordinator.Tests.Sharding;
using FpingCluster.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace FpingCluster.Coordinator.Tests.Jobs;

/// <summary>From a batch to its ack over a real disk that is full in the middle of a round.</summary>
public sealed class FullDiskTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Nothing_is_acknowledged_while_the_disk_is_full_and_everything_once_there_is_room()
    {
        using var disk = new Tmpfs("size=16m");
        await using var store = SqliteResultStore.Open(disk.Path);
        using var loop = new ClusterLoop(store, new ClusterOptions { Grace = TimeSpan.FromMinutes(5) }, TimeProvider.System, NullLoggerFactory.Instance);
        await loop.StartAsync(default);
        var agent = Introductions.Agent(1);
        var link = new EchoLink(loop, agent) { Answers = false };
        loop.AgentJoined(agent, link);
        var map = Lists.Map(20_000, bucket: 50);
        var round = loop.RunRoundAsync(new RoundOrder(ClusterStory.Job(), map, Deadline: null, RateCap: null), default);
        await link.Leases.WaitToReadAsync().AsTask().WaitAsync(Patience);
        disk.Fill();

        var answered = 0;
        while (answered < map.Shards.Count)
        {
            link.Answer(await link.Leases.ReadAsync().AsTask().WaitAsync(Patience));
            answered++;
        }

        await Wait.Until(() => loop.StoreTrouble is not null, Patience, "the trouble is known");
        Assert.StartsWith($"no space left for {Path.Combine(disk.Path, SqliteResultStore.FileName)}; ", loop.StoreTrouble, StringComparison.Ordinal);
        var acknowledged = LastAck(link);
        Assert.InRange(acknowledged, 0ul, (ulong)answered - 1);
        // A reader sees what is durable: nothing beyond it was acknowledged.
        var id = Assert.Single(store.ReadRounds(job: null, limit: 10)).Id;
        Assert.InRange(acknowledged, 0ul, (ulong)store.ReadBatches(id).Count());

        disk.MakeRoom();
        var outcome = await round.WaitAsync(Patience);

        Assert.Equal((20_000, 0), (outcome.Summary.Up, outcome.Summary.Unknown));
        await Wait.Until(() => (acknowledged = Math.Max(acknowledged, LastAck(link))) == (ulong)answered, Patience, "the last ack");
        Assert.Equal(answered, store.ReadBatches(id).Count());
        Assert.Null(loop.StoreTrouble);
        await loop.StopAsync(default).WaitAsync(Patience);
    }

    private static ulong LastAck(EchoLink link)
    {
        var last = 0ul;
        while (link.Acks.TryRead(out var ack))
        {
            last = ack;
        }

        return last;
    }
}
