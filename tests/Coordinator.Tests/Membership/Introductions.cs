using FpingCluster.Coordinator.Membership;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Tests.Membership;

internal static class Introductions
{
    /// <summary>The agent and its first boot are numbered alike.</summary>
    public static AgentIntroduction Agent(int number, int capacity = 1_000) => new()
    {
        Id = new AgentId(new Guid(number, 0, 0, new byte[8])),
        BootId = new Guid(number, 0, 1, new byte[8]),
        Name = $"a{number}",
        Version = "0.1.0",
        Labels = new Dictionary<string, string>(),
        Capacity = capacity,
        Engines = [EngineKind.Raw, EngineKind.Fping],
    };

    /// <summary>The same agent after a restart.</summary>
    public static AgentIntroduction Restarted(this AgentIntroduction agent) => agent with { BootId = Guid.NewGuid(), HeldLeases = [], FirstUnacked = 1 };
}
