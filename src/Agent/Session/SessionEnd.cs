namespace FpingCluster.Agent.Session;

/// <summary>How a session ended, and why, as part of a sentence for people.</summary>
/// <param name="Healthy">It was welcomed and lived long enough for its end to be news, so the next attempt need not wait longer than the first.</param>
internal sealed record SessionEnd(SessionOutcome Outcome, string Why, bool Healthy = false);
