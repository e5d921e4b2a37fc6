using FsCheck;
using FsCheck.Fluent;

namespace FpingCluster.Coordinator.Tests.Security;

public sealed class TokenBookModelTests
{
    private static readonly Gen<TokenStep> AnyStep =
        from operation in Gen.Frequency(
            (3, Gen.Constant(TokenOperation.Create)),
            (4, Gen.Constant(TokenOperation.Check)),
            (6, Gen.Constant(TokenOperation.Redeem)),
            (1, Gen.Constant(TokenOperation.Revoke)),
            (2, Gen.Constant(TokenOperation.Pass)),
            (1, Gen.Constant(TokenOperation.JumpWallClock)),
            (2, Gen.Constant(TokenOperation.Reopen)),
            (1, Gen.Constant(TokenOperation.Crash)))
        from pick in Gen.Choose(0, 1_000)
        select new TokenStep(operation, pick);

    private static readonly Arbitrary<TokenStep[]> AnyHistory = Arb.From(
        from length in Gen.Choose(0, 60)
        from steps in AnyStep.ArrayOf(length)
        select steps,
        Shorter);

    [Fact]
    public void Book_answers_as_the_model_does_across_restarts_and_clocks_that_jump() => Prop.ForAll(AnyHistory, history =>
    {
        using var model = new TokenModel();
        foreach (var step in history)
        {
            model.Do(step);
        }

        model.Finish();
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    private static IEnumerable<TokenStep[]> Shorter(TokenStep[] steps)
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
