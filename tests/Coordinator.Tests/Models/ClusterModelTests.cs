namespace FpingCluster.Coordinator.Tests.Models;

public sealed class ClusterModelTests
{
    private const int Histories = 3_000;

    [Fact]
    public void Every_shard_ends_with_one_result_or_unknown_whatever_happens()
    {
        var failing = Enumerable.Range(1, Histories).AsParallel().AsOrdered().Select(ClusterHistory.Of).FirstOrDefault(history => history.Play() is not null);
        if (failing is not null)
        {
            var shortest = failing.Shrink();
            Assert.Fail($"{shortest.Play()!.Message}{Environment.NewLine}{shortest}{Environment.NewLine}{shortest.Play()}");
        }
    }
}
