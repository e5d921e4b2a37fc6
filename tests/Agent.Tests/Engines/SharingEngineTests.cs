using FpingCluster.Agent.Engines;
using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Tests.Engines;

public sealed class SharingEngineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly EngineRate _rate = new RateLimit(1_000).NewPart();

    [Fact]
    public async Task Engine_is_busy_from_its_first_shard_to_the_last_report()
    {
        var engine = new FakeEngine(answersAtOnce: false);
        var running = new SharingEngine(engine, _rate).RunAsync(new ListShardSource(Shards.Many(2, 3, new Probe { Count = 1 })), new RecordingSink(), CancellationToken.None);
        var (first, second) = (await engine.NextTakenAsync(Patience), await engine.NextTakenAsync(Patience));
        Assert.True(_rate.IsBusy);

        engine.Complete(first);
        Assert.True(_rate.IsBusy);
        engine.Complete(second);

        await running.WaitAsync(Patience);
        Assert.False(_rate.IsBusy);
    }

    [Fact]
    public async Task Engine_that_breaks_leaves_its_part_to_the_others()
    {
        var broken = new FakeEngine { Fault = new InvalidOperationException("no process slots") };

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            new SharingEngine(broken, _rate).RunAsync(new ListShardSource(Shards.Many(2, 3, new Probe())), new RecordingSink(), CancellationToken.None));

        Assert.False(_rate.IsBusy);
    }
}
