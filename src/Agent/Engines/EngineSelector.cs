using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Engines;

/// <summary>Finds the engine that was asked for, and believes only what its self-test proves. Auto never means the simulated one: its results are no measurement.</summary>
internal static class EngineSelector
{
    public static async Task<EngineChoice> SelectAsync(EngineKind wanted, IReadOnlyList<EngineOffer> offers, CancellationToken cancellationToken)
    {
        var candidates = offers.Where(offer => wanted == EngineKind.Auto ? offer.Kind != EngineKind.Simulated : offer.Kind == wanted).ToList();
        if (candidates.Count == 0 && wanted != EngineKind.Auto)
        {
            return new EngineChoice(null, $"engine {Word(wanted)} is not in this version; use {Alternatives(offers)}");
        }

        var failures = new List<string>();
        foreach (var offer in candidates)
        {
            var proof = await offer.ProveAsync(cancellationToken);
            if (proof.Works)
            {
                return new EngineChoice(offer, proof.Detail);
            }

            failures.Add($"engine {Word(offer.Kind)} does not work on this host: {proof.Detail}");
        }

        return new EngineChoice(null, failures.Count > 0 ? string.Join('\n', failures) : "this version has no engine that sends packets; use --engine simulated");
    }

    private static string Alternatives(IReadOnlyList<EngineOffer> offers) =>
        string.Join(" or ", offers.Where(offer => offer.Kind != EngineKind.Simulated).Select(offer => Word(offer.Kind)).Append("auto"));

    public static string Word(EngineKind kind) => kind.ToString().ToLowerInvariant();
}
