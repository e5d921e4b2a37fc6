using FpingCluster.Shared.Leases;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Jobs;

internal sealed partial class Cluster
{
    private static partial class Log
    {
        [LoggerMessage(5001, LogLevel.Information, "Agent {Agent} joined from {Peer}: {Capacity} pings/s, engines {Engines}")]
        public static partial void AgentJoined(ILogger logger, string agent, string peer, int capacity, string engines);

        [LoggerMessage(5002, LogLevel.Warning, "Agent {Agent} was restarted; its unfinished leases go to others")]
        public static partial void AgentRestarted(ILogger logger, string agent);

        [LoggerMessage(5003, LogLevel.Warning, "Agent {Agent} was not heard for {Grace} s; its leases go to others")]
        public static partial void AgentLost(ILogger logger, string agent, double grace);

        [LoggerMessage(5004, LogLevel.Information, "Agent {Agent} is draining")]
        public static partial void AgentDraining(ILogger logger, string agent);

        [LoggerMessage(5005, LogLevel.Information, "Session of agent {Agent} ended: {Why}")]
        public static partial void SessionEnded(ILogger logger, string agent, string why);

        [LoggerMessage(5006, LogLevel.Warning, "Agent {Agent} cannot probe {Shards}: {Detail}")]
        public static partial void EngineFailed(ILogger logger, string agent, string shards, string detail);

        [LoggerMessage(5007, LogLevel.Debug, "A batch of agent {Agent} for {Lease} was refused: its lease has moved on or was never its own, or its shard is done")]
        public static partial void BatchRefused(ILogger logger, string agent, LeaseKey lease);

        [LoggerMessage(5008, LogLevel.Information, "{Shards} asked back from agent {From} for agent {To}, which is idle")]
        public static partial void Takeover(ILogger logger, string shards, string from, string to);

        [LoggerMessage(5010, LogLevel.Information, "Round {Round} of job {Job} begun: {Targets} in {Shards}")]
        public static partial void RoundBegun(ILogger logger, RoundId round, string job, string targets, string shards);

        [LoggerMessage(5011, LogLevel.Information, "Round {Round} of job {Job} closed: {Up} up, {Down} down, {Unknown} unknown in {Seconds:F1} s")]
        public static partial void RoundClosed(ILogger logger, RoundId round, string job, int up, int down, int unknown, double seconds);

        [LoggerMessage(5018, LogLevel.Warning,
            "Round {Round} of job {Job}: {Targets} unknown because an agent's own exclude list, or nobody at all, may ping them (excluded-by-agent): {Agents}")]
        public static partial void ExcludedByAgents(ILogger logger, RoundId round, string job, string targets, string agents);

        [LoggerMessage(5012, LogLevel.Warning, "Round {Round} of job {Job} reached its deadline; unknown: {Targets}; {Why}")]
        public static partial void DeadlinePassed(ILogger logger, RoundId round, string job, string targets, string why);

        [LoggerMessage(5013, LogLevel.Error, "Round {Round} of job {Job} is given up: no result for {Seconds} s; unknown: {Targets}; {Why}")]
        public static partial void RoundStalled(ILogger logger, RoundId round, string job, double seconds, string targets, string why);

        [LoggerMessage(5014, LogLevel.Error, "Round {Round} cannot be closed yet: {Problem}")]
        public static partial void CannotCloseRound(ILogger logger, RoundId round, string problem);

        [LoggerMessage(5015, LogLevel.Warning, "Round {Round}: {Hindrance}")]
        public static partial void NobodyMayProbe(ILogger logger, RoundId round, string hindrance);

        [LoggerMessage(5016, LogLevel.Information, "Of {Shards} that agent {Agent} held, {Leased} are leased again, {Seconds:F1} s after its last word")]
        public static partial void LeasesMoved(ILogger logger, string shards, string agent, int leased, double seconds);

        [LoggerMessage(5017, LogLevel.Information,
            "Agents of the former coordinator may be sending: what is not brought back of limits.rate ({Rate} pings/s) is given to nobody for {Seconds} s")]
        public static partial void FormerShares(ILogger logger, int rate, double seconds);

        [LoggerMessage(5019, LogLevel.Information, "Round {Round} of job {Job} is left open with {Targets} to go; it goes on at the next start")]
        public static partial void Suspended(ILogger logger, RoundId round, string job, string targets);

        [LoggerMessage(5031, LogLevel.Information,
            "Agent {Agent} came from {Peer} while its session from {Holder} is open; it waits until that one is heard, or silent for {Grace} s")]
        public static partial void IdentityClaimed(ILogger logger, string agent, string peer, string holder, double grace);

        [LoggerMessage(5032, LogLevel.Warning,
            "Agent {Agent} from {Peer} has the identity of agent {Holder} from {HolderPeer}, which is alive: a copied data directory or a cloned machine; it is told to take a new identity")]
        public static partial void IdentityCopied(ILogger logger, string agent, string peer, string holder, string holderPeer);
    }
}
