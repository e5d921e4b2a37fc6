using FpingCluster.Agent.Engines;
using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Tests.Engines;

public class EngineSelectorTests
{
    private static readonly EngineOffer Simulated = Offer(EngineKind.Simulated, works: true);

    [Fact]
    public async Task Auto_takes_the_first_engine_that_proves_itself()
    {
        var choice = await SelectAsync(EngineKind.Auto, Offer(EngineKind.Raw, works: false), Offer(EngineKind.Fping, works: true), Simulated);
        Assert.Equal(EngineKind.Fping, choice.Offer?.Kind);
    }

    [Fact]
    public async Task Auto_never_takes_the_simulated_engine()
    {
        var choice = await SelectAsync(EngineKind.Auto, Offer(EngineKind.Fping, works: false), Simulated);
        Assert.Null(choice.Offer);
        Assert.Equal("engine fping does not work on this host: because of fping", choice.Detail);
    }

    [Fact]
    public async Task Engine_that_was_asked_for_is_not_replaced_by_another()
    {
        var choice = await SelectAsync(EngineKind.Raw, Offer(EngineKind.Raw, works: false), Offer(EngineKind.Fping, works: true));
        Assert.Null(choice.Offer);
    }

    [Fact]
    public async Task Engine_of_another_version_is_told_with_what_there_is() => Assert.Equal(
        "engine raw is not in this version; use fping or auto",
        (await SelectAsync(EngineKind.Raw, Offer(EngineKind.Fping, works: true), Simulated)).Detail);

    private static Task<EngineChoice> SelectAsync(EngineKind wanted, params EngineOffer[] offers) =>
        EngineSelector.SelectAsync(wanted, offers, CancellationToken.None);

    private static EngineOffer Offer(EngineKind kind, bool works) => new(
        kind,
        _ => Task.FromResult(new EngineProof(works, $"because of {EngineSelector.Word(kind)}")),
        () => throw new InvalidOperationException("a choice makes no engine"));
}
