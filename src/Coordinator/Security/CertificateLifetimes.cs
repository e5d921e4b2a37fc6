namespace FpingCluster.Coordinator.Security;

/// <summary>How long certificates hold. All but the agents' are fixed.</summary>
internal static class CertificateLifetimes
{
    public const int AuthorityYears = 10;

    public static readonly TimeSpan Server = TimeSpan.FromDays(30);

    public static readonly TimeSpan Agent = TimeSpan.FromHours(24);

    /// <summary>
    /// An agent may still renew a certificate that ran out so long ago, with its key and unless it is revoked: a coordinator that was away over a weekend does not lose
    /// its fleet. Nothing else is done with such a certificate.
    /// </summary>
    public static readonly TimeSpan RenewableFor = TimeSpan.FromDays(7);

    /// <summary>Certificates begin so much earlier, for clocks that differ.</summary>
    public static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(5);
}
