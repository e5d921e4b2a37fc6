namespace FpingCluster.Coordinator.Jobs;

/// <summary>A file in which the coordinator keeps a valid join token.</summary>
/// <param name="Uses">How many agents may enrol with each token.</param>
internal sealed record JoinTokenSettings(string File, TimeSpan Ttl, int Uses)
{
    public static readonly TimeSpan DefaultTtl = TimeSpan.FromHours(24);

    public const int DefaultUses = 100;
}
