namespace FpingCluster.Shared.Protocol;

/// <summary>The version of the session protocol. Another major version is refused; minor versions differ by additions only.</summary>
public static class ProtocolVersion
{
    public const uint Major = 1;

    public const uint Minor = 2;
}
