using FpingCluster.Coordinator.Membership;
using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Security;
using Grpc.Core;

namespace FpingCluster.Coordinator.Sessions;

/// <summary>Checks the first message of a session. What is wrong ends the session with a status that the agent takes for final.</summary>
internal static class HelloReader
{
    private const int MaxTextLength = 200;
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
                $"agent '{Short(hello.Name)}' {Short(hello.Version)} speaks protocol {hello.ProtocolMajor}.{hello.ProtocolMinor}, this coordinator " +
                $"{ProtocolVersion.Major}.{ProtocolVersion.Minor}; install the agent and the coordinator of one release");
        }

        if (hello.AgentId.Length != 16 || hello.BootId.Length != 16)
        {
            throw Refuse(StatusCode.InvalidArgument, $"agent id and boot id are 16 bytes each, not {hello.AgentId.Length} and {hello.BootId.Length}");
        }

        if (FindDefect(hello) is { } defect)
        {
            throw Refuse(StatusCode.InvalidArgument, defect);
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
            Engines = [.. hello.Engines.Select(EngineCodec.FromWire).OfType<EngineKind>().Distinct()],
            HeldLeases = [.. hello.HeldLeases.Select(held => new LeaseKey(new RoundId(held.Round), new ShardId(held.Shard), new LeaseEpoch(held.Epoch)))],
            FirstUnacked = Math.Max(1, hello.FirstUnackedSequence),
            // An older agent that holds leases does not say at what rate it probes them.
            Sending = (int)Math.Min(confirms ? hello.PingsPerSecond : hello.HeldLeases.Count > 0 ? capacity : 0, capacity),
            ClockMs = hello.ClockMs,
            ConfirmsBudgets = confirms,
            Peer = peer,
        };
    }

    // Names are kept, shown and logged: a line each, and short.
    private static string? FindDefect(Hello hello) =>
        hello.Name.Length == 0 || !IsText(hello.Name) ? $"a name has 1 to {MaxTextLength} characters and no control characters"
        : !IsText(hello.Version) ? $"a version has at most {MaxTextLength} characters and no control characters"
        : hello.Labels.Count > MaxLabels || hello.Labels.Any(label => !IsText(label.Key) || !IsText(label.Value))
            ? $"labels are at most {MaxLabels}, of at most {MaxTextLength} characters each and no control characters"
        : hello.HeldLeases.Count > MaxHeldLeases ? $"held leases are at most {MaxHeldLeases:N0}, not {hello.HeldLeases.Count:N0}"
        : null;

    private static string Short(string text) => PlainText.Of(text, MaxTextLength);

    private static bool IsText(string text) => text.Length <= MaxTextLength && PlainText.IsPlain(text);

    private static RpcException Refuse(StatusCode code, string detail) => new(new Status(code, detail));
}
