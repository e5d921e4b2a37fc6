using System.Text.Json;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Leases;

namespace FpingCluster.Coordinator.Security;

/// <summary>The book of the agents that have certificates of ours, and of those that are locked out. Thread-safe; on the disk before it answers.</summary>
internal sealed class EnrolledAgents
{
    private const string FileName = "agents.json";

    /// <summary>An agent whose certificate ran out so long ago is forgotten: containers are new agents at each start. Who is revoked stays so.</summary>
    private static readonly TimeSpan ForgottenAfter = CertificateLifetimes.RenewableFor + TimeSpan.FromDays(30);

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        IgnoreReadOnlyProperties = true,
        Converters = { new AgentIdConverter() },
    };

    private readonly Lock _gate = new();
    private readonly SecurityFolder _folder;
    private readonly TimeProvider _time;

    // Replaced whole, so that readers do not wait for a disk.
    private volatile Dictionary<AgentId, EnrolledAgent> _agents;

    private EnrolledAgents(SecurityFolder folder, TimeProvider time, Dictionary<AgentId, EnrolledAgent> agents) => (_folder, _time, _agents) = (folder, time, agents);

    /// <summary>After an agent was revoked. Called on the revoker's thread: handlers are short and throw nothing.</summary>
    public event Action<AgentId>? Revoked;

    /// <exception cref="UserErrorException">The file cannot be read or understood.</exception>
    public static EnrolledAgents Open(SecurityFolder folder, TimeProvider time) => new(folder, time, Read(folder));

    public EnrolledAgent? Find(AgentId id) => _agents.GetValueOrDefault(id);

    public IReadOnlyList<EnrolledAgent> List() => [.. _agents.Values.OrderBy(agent => agent.Name, StringComparer.Ordinal).ThenBy(agent => agent.Id.Value)];

    /// <summary>Locks an agent out for good, one that never enrolled here too; its session ends at once.</summary>
    /// <param name="name">For one that never enrolled here.</param>
    /// <returns>False when it was locked out before.</returns>
    /// <exception cref="OutputException">It cannot be written, and the agent is not locked out.</exception>
    public bool Revoke(AgentId id, string by, string name = "")
    {
        lock (_gate)
        {
            var agent = _agents.GetValueOrDefault(id) ?? new EnrolledAgent { Id = id, Name = name };
            if (agent.IsRevoked)
            {
                return false;
            }

            Put(agent with { RevokedAt = _time.GetUtcNow(), RevokedBy = by });
        }

        Revoked?.Invoke(id);
        return true;
    }

    /// <summary>Writes down what is decided from what is there, as one step; what decides must not ask the book again.</summary>
    /// <param name="decide">Gets the agent as it stands; throws to leave everything as it is.</param>
    public void Update(AgentId id, Func<EnrolledAgent?, EnrolledAgent> decide)
    {
        lock (_gate)
        {
            Put(decide(_agents.GetValueOrDefault(id)));
        }
    }

    private void Put(EnrolledAgent agent)
    {
        var forgotten = _time.GetUtcNow() - ForgottenAfter;
        var agents = _agents.Values.Where(other => other.Id != agent.Id && (other.IsRevoked || other.ExpiresAt > forgotten)).Append(agent).ToDictionary(other => other.Id);
        _folder.Write(FileName, JsonSerializer.SerializeToUtf8Bytes(agents.Values, Json));
        _agents = agents;
    }

    private static Dictionary<AgentId, EnrolledAgent> Read(SecurityFolder folder)
    {
        try
        {
            var agents = folder.Read(FileName) is { } text ? JsonSerializer.Deserialize<List<EnrolledAgent?>>(text, Json) ?? throw new JsonException("it holds null") : [];
            return agents.ToDictionary(agent => (agent ?? throw new JsonException("an agent is null")).Id, agent => agent!);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new UserErrorException(
                $"{folder.PathOf(FileName)} is damaged ({exception.Message}); restore it from a backup, or move it away: then no revocation holds any more, and every agent enrols anew",
                exception);
        }
    }
}
