using FpingCluster.Coordinator.Sharding;
using FpingCluster.Coordinator.Tests.Sharding;
using FsCheck;
using FsCheck.Fluent;

namespace FpingCluster.Coordinator.Tests.Leases;

public sealed class LeaseTableModelTests
{
    private static readonly ShardMap Map = Lists.Map(200, bucket: 10);

    private static readonly Gen<LeaseStep> AnyStep =
        from operation in Gen.Frequency(
            (2, Gen.Constant(LeaseOperation.Join)),
            (1, Gen.Constant(LeaseOperation.Leave)),
            (1, Gen.Constant(LeaseOperation.Retire)),
            (3, Gen.Constant(LeaseOperation.Divide)),
            (8, Gen.Constant(LeaseOperation.Grant)),
            (10, Gen.Constant(LeaseOperation.Merge)),
            (3, Gen.Constant(LeaseOperation.Steal)),
            (5, Gen.Constant(LeaseOperation.Commit)),
            (3, Gen.Constant(LeaseOperation.ReturnRevoked)),
            (6, Gen.Constant(LeaseOperation.ReturnFailed)),
            (2, Gen.Constant(LeaseOperation.Reconcile)),
            (3, Gen.Constant(LeaseOperation.TakeOver)),
            (1, Gen.Constant(LeaseOperation.Restart)))
        from agent in Gen.Choose(1, 4)
        from pick in Gen.Choose(0, 150)
        select new LeaseStep(operation, agent, pick);

    private static readonly Arbitrary<LeaseStep[]> AnyHistory = Arb.From(
        from length in Gen.Choose(0, 300)
        from steps in AnyStep.ArrayOf(length)
        select steps,
        Shorter);

    [Fact]
    public void Table_answers_as_the_model_does_and_every_shard_comes_to_its_end() => Prop.ForAll(AnyHistory, history =>
    {
        var model = new LeaseModel(Map);
        foreach (var step in history)
        {
            model.Do(step);
        }

        model.Finish();
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static IEnumerable<LeaseStep[]> Shorter(LeaseStep[] steps)
    {
        for (var part = steps.Length / 2; part > 0; part /= 2)
        {
            for (var start = 0; start + part <= steps.Length; start += part)
            {
                yield return [.. steps[..start], .. steps[(start + part)..]];
            }
        }
    }
}
