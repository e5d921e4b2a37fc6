using FpingCluster.Coordinator.Security;

namespace FpingCluster.Coordinator.Api;

/// <summary>An entry of the audit log as the API shows it.</summary>
internal sealed record AuditView(
    DateTimeOffset Time, string Who, string? WhoId, string? WhoName, string? From, string What, string? On, string Outcome, string? Why, int? Count)
{
    public static AuditView Of(AuditEntry entry) => new(
        entry.Time,
        entry.Who.Kind,
        entry.Who.Id,
        entry.Who.Name,
        entry.From,
        entry.What,
        entry.On,
        entry.Outcome.ToString().ToLowerInvariant(),
        entry.Why,
        entry.Count);
}
