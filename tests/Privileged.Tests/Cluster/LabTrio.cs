using FpingCluster.TestKit.Lab;

namespace FpingCluster.Privileged.Tests.Cluster;

/// <summary>A round of about ten seconds for three agents, so slow that a machine does it in passing.</summary>
internal static class LabTrio
{
    public const int MaxRate = 2_000;

    // Every ninth is dead.
    public static readonly LabJob Job = new(new AddressBlock("10.127.214.128", 12_000));

    // Self-tests and what was sent again after local drops; a shard probed twice would be more.
    private static readonly int MostPingsInVain = 250 * Job.Count;

    /// <summary>The coordinator and all three; the round has begun, and some of it is merged.</summary>
    /// <returns>The first of them.</returns>
    public static async Task<LabProcess> Start(LabCluster cluster, string first, LabJob? job = null)
    {
        cluster.StartCoordinator(job ?? Job, waitAgents: 3);
        var process = StartAgents(cluster, first);
        await cluster.WaitForProgress(percent: 1);
        return process;
    }

    public static LabProcess StartAgents(LabCluster cluster, string first)
    {
        var process = cluster.StartAgent(first, MaxRate);
        cluster.StartAgent("b", MaxRate);
        cluster.StartAgent("c", MaxRate);
        return process;
    }

    /// <summary>No shard was probed twice: what went over the wires is what the rows say.</summary>
    public static async Task AssertProbedOnce(LabCluster cluster, LabRound round) =>
        Assert.InRange(await cluster.PingsOnTheWire() - round.Summary.Sent, 0, MostPingsInVain);
}
