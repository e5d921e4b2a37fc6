using System.CommandLine;

namespace FpingCluster.Agent.Cli;

/// <summary>A network to simulate is named only with the engine that does: whoever forgot that would send real pings.</summary>
internal static class SimulateRule
{
    public static void OnlyWithSimulated<T>(this Option<T> simulate, Option engine)
    {
        // Not as a validator: an error there would keep the option's own from being told.
        var parse = simulate.CustomParser!;
        simulate.CustomParser = result =>
        {
            // The words, not the value: a word that is no engine has none, and is told by its own option.
            if (result.GetResult(engine)?.Tokens.Any(token => token.Value == "simulated") != true)
            {
                result.AddError("--simulate is only for --engine simulated; add it");
            }

            return parse(result);
        };
    }
}
