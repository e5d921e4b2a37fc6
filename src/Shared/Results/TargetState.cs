namespace FpingCluster.Shared.Results;

/// <summary>What a round says of a target. <see cref="Unknown"/> is everything that was not measured; it is never shown as down.</summary>
public enum TargetState
{
    Unknown = 0,
    Up = 1,
    Down = 2,
}
