using System.Security.Cryptography;
using FpingCluster.Coordinator.Security;
using FpingCluster.TestKit.Fuzzing;
using Xunit.Abstractions;

namespace FpingCluster.Coordinator.Tests.Security;

/// <summary>Signing requests as nobody would send them.</summary>
public sealed class SigningRequestFuzzTests(ITestOutputHelper output)
{
    private const int Inputs = 10_000;

    [Fact]
    public void Signing_request_is_sound_or_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Fuzz.Run(Inputs, [EnrolmentDesk.SigningRequest(key), EnrolmentDesk.SigningRequest(key, "CN=b, O=c")], Decode, output.WriteLine);
    }

    private static bool Decode(byte[] input)
    {
        try
        {
            SigningRequest.ReadKey(input);
            return true;
        }
        catch (AgentRefusedException refusal)
        {
            Assert.Equal(AgentRefusal.Senseless, refusal.Refusal);
            return false;
        }
    }
}
