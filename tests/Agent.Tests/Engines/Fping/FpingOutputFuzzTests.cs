using FpingCluster.Agent.Engines.Fping;
using FpingCluster.Shared.Targets;
using FpingCluster.TestKit.Fuzzing;
using Xunit.Abstractions;

namespace FpingCluster.Agent.Tests.Engines.Fping;

/// <summary>Lines that no fping writes: taken for what they are, or for strange ones.</summary>
public sealed class FpingOutputFuzzTests(ITestOutputHelper output)
{
    private const int Lines = 300_000;
    private const int Count = 3;

    private static readonly TargetAddress[] Targets = [.. new[] { "127.0.0.1", "10.97.2.9", "2001:db8::1" }.Select(TargetAddress.Parse)];

    [Fact]
    public void Line_of_output_is_understood_or_strange() => Fuzz.Run(
        Lines,
        [
            "127.0.0.1 : 0.037 0.043 -",
            " [<- 10.9.9.9]127.0.0.1 : 0.037 0.043 0.001",
            "2001:db8::1 : 1.234e+06 -0.12 -",
            "ICMP Host Unreachable from 10.97.0.1 for ICMP Echo sent to 10.97.2.9",
            "127.0.0.1 : duplicate for [0], 64 bytes, 0.05 ms",
            "10.97.2.9: error while sending ping: Network is unreachable",
        ],
        input =>
        {
            var parsed = new FpingOutput(Targets.Length, Count);
            new FpingOutputParser(Targets, Count, parsed).ParseLine(input);
            return parsed.Reported > 0;
        },
        output.WriteLine);
}
