using FpingCluster.Agent.Engines.Raw;

namespace FpingCluster.Agent.Tests.Engines.Raw;

public sealed class PingProofTests
{
    /// <summary>vectors_sip64 of the reference implementation for the message 00 01 … 07, whose key and block are read in little-endian order.</summary>
    [Fact]
    public void Vector_of_the_reference_implementation_is_met() =>
        Assert.Equal(0x93f5f5799a932462, new PingProof(0x0706050403020100, 0x0f0e0d0c0b0a0908).Of(0x0706050403020100));

    [Fact]
    public void Keys_of_two_runs_differ()
    {
        var (one, other) = (PingProof.WithRandomKey(), PingProof.WithRandomKey());

        Assert.All(Enumerable.Range(0, 100), ping => Assert.NotEqual(one.Of((ulong)ping), other.Of((ulong)ping)));
    }
}
