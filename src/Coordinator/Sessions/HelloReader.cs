using FpingCluster.Coordinator.Membership;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using Grpc.Core;

namespace FpingCluster.Coordinator.Sessions;

/// <summary>Checks the first message of a session. What is wrong ends the session with a status that the agent takes for final.</summary>
internal static class HelloReader
{
    private const int MaxNameLength = 200;
    private const int MaxLabels = 64;
    private const int MaxHeldLeases = 1_000_000;
    private const uint ConfirmsBudgetsSince = 1;

    public static AgentIntroduction Read(AgentMessage message, string peer)
    {
        if (message.MessageCase != AgentMessage.MessageOneofCase.Hello)
        {
            throw Refuse(StatusCode.InvalidArgument, $"a session begins with Hello, not with {message.MessageCase}");
        }

        var hello = message.Hello;
        if (hello.ProtocolMajor != ProtocolVersion.Major)
        {
            throw Refuse(
                StatusCode.FailedPrecondition,
                $"agent '{hello.Name}' {hello.Version} speaks protocol {hello.ProtocolMajor}.{hello.ProtocolMinor}, this coordinator " +
                $"{ProtocolVersion.Major}.{ProtocolVersion.Minor}; install the agent and the coordinator of one release");
        }

        if (hello.AgentId.Length != 16 || hello.BootId.Length != 16)
        {
            throw Refuse(StatusCode.InvalidArgument, $"agent id and boot id are 16 bytes each, not {hello.AgentId.Length} and {hello.BootId.Length}");
        }

        if (hello.Name.Length is 0 or > MaxNameLength || hello.Labels.Count > MaxLabels || hello.HeldLeases.Count > MaxHeldLeases)
        {
            throw Refuse(StatusCode.InvalidArgument, $"a name has 1 to {MaxNameLength} characters, labels are at most {MaxLabels}, held leases {MaxHeldLeases}");
        }

        var capacity = Math.Clamp(hello.CapacityPingsPerSecond, 1u, int.MaxValue);
        var confirms = hello.ProtocolMinor >= ConfirmsBudgetsSince;
        return new AgentIntroduction
        {
            Id = new AgentId(new Guid(hello.AgentId.Span, bigEndian: true)),
            BootId = new Guid(hello.BootId.Span, bigEndian: true),
            Name = hello.Name,
            Version = hello.Version,
            Labels = new Dictionary<string, string>(hello.Labels),
            Capacity = (int)capacity,
            Engines = [.. hello.Engines.Select(EngineCodec.FromWire).OfType<EngineKind>()],
            HeldLeases = [.. hello.HeldLeases.Select(held => new LeaseKey(new RoundId(held.Round), new ShardId(held.Shard), new LeaseEpoch(held.Epoch)))],
            FirstUnacked = Math.Max(1, hello.FirstUnackedSequence),
            // An older agent that holds leases does not say at what rate it probes them.
            Sending = (int)Math.Min(confirms ? hello.PingsPerSecond : hello.HeldLeases.Count > 0 ? capacity : 0, capacity),
            ClockMs = hello.ClockMs,
            ConfirmsBudgets = confirms,
            Peer = peer,
        };
    }

    private static RpcException Refuse(StatusCode code, string detail) => new(new Status(code, detail));
}
