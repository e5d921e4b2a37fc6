using FpingCluster.TestKit;

namespace FpingCluster.Agent.Tests.Spooling;

/// <summary>
/// Any order of results, sessions, acks, ends, kills, full disks and torn tails: what was neither acknowledged nor told as dropped is there again after a start, in order,
/// once; of what a kill takes, nothing was on the disk; and the coordinator of the model never waits for a number that does not come.
/// </summary>
public class SpoolPropertyTests
{
    private const int Steps = 1_500;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(12)]
    public void What_was_neither_acknowledged_nor_dropped_is_there_again(int seed)
    {
        using var disk = new Tmpfs("size=512k");
        using var story = new SpoolStory(disk, new Random(seed));
        for (var step = 0; step < Steps; step++)
        {
            story.Step();
        }

        story.DeliverAll();
    }
}
