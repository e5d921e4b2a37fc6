using FpingCluster.Shared.Security;

namespace FpingCluster.Coordinator.Security;

/// <summary>A token as anybody may know it: nothing of its secret is here.</summary>
internal sealed record TokenRecord
{
    public required string Id { get; init; }

    public required TokenRole Role { get; init; }

    /// <summary>For people; several may have the same.</summary>
    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>Null: never, which is for the coordinator's own token alone.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>How many agents may still enrol with a join token; null for the others.</summary>
    public int? UsesLeft { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public string? RevokedBy { get; init; }

    /// <summary>To the minute; after a crash it may be that of some minutes before.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    public override string ToString() => $"token {Id} ({Name})";
}
