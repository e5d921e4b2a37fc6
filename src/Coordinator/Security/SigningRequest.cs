using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FpingCluster.Coordinator.Security;

/// <summary>What an agent asks a certificate with. Only its key counts: what else it says of itself is not believed.</summary>
internal static class SigningRequest
{
    private const string P256 = "1.2.840.10045.3.1.7";

    // A good one has some 250 bytes.
    private const int MaxBytes = 4_096;

    /// <exception cref="AgentRefusedException">It is none, it is of another kind of key, or whoever sent it does not have the key.</exception>
    public static PublicKey ReadKey(byte[] request)
    {
        if (request.Length is 0 or > MaxBytes)
        {
            throw Senseless($"it has {request.Length:N0} bytes; it may have 1 to {MaxBytes:N0}");
        }

        try
        {
            // Loading it checks its signature.
            var key = CertificateRequest.LoadSigningRequest(request, HashAlgorithmName.SHA256).PublicKey;
            using var curve = key.GetECDsaPublicKey();
            return curve?.ExportParameters(includePrivateParameters: false).Curve is { IsNamed: true, Oid.Value: P256 }
                ? key
                : throw Senseless("its key is not on the curve P-256");
        }
        catch (Exception exception) when (exception is CryptographicException or NotSupportedException or ArgumentException)
        {
            throw Senseless(exception.Message.TrimEnd('.'));
        }
    }

    private static AgentRefusedException Senseless(string why) => new(AgentRefusal.Senseless, $"the signing request is not accepted: {why}");
}
