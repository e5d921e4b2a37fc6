using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Agent.Cli;

/// <summary>The targets of a command line: its arguments, or a file.</summary>
internal static class PingTargets
{
    public static async Task<TargetList> ReadAsync(PingOptions options, TextWriter error, CancellationToken cancellationToken)
    {
        if (options.File is not null && options.Targets.Count > 0)
        {
            throw new UserErrorException($"targets are given both as arguments and by --file {options.File}; give one of them");
        }

        if (options.File is null && options.Targets.Count == 0)
        {
            throw new UserErrorException("no targets; give addresses, CIDRs, ranges or host names, or a file with -f");
        }

        var input = options.File is { } file ? TargetFile.Input(file) : TargetInput.FromArguments(options.Targets);
        var reading = await new TargetListReader(new DnsNameResolver(), options.Engines.Exclude).ReadAsync(input, version: 1, cancellationToken);
        foreach (var warning in reading.Warnings)
        {
            await error.WriteLineAsync(warning);
        }

        var list = reading.List ?? throw new UserErrorException(reading.Describe());
        return options.IOwnThese || options.Probe.Engine == EngineKind.Simulated || PublicTargets.In(list.Addresses) is not { AreTooMany: true } listed
            ? list
            : throw new UserErrorException($"{list.Source}: {listed.Refusal("--i-own-these")}");
    }
}
