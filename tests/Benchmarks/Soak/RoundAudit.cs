using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace FpingCluster.Benchmarks.Soak;

/// <summary>
/// Compares every closed round with the truth: loopback answers each ping. A target without a row, with two, reported down, or with another number of pings than
/// it was to get, is wrong; an unknown one is not, because a fault may leave no time to probe it anew before the round's deadline.
/// </summary>
internal sealed class RoundAudit(HttpClient api)
{
    private readonly HashSet<long> _seen = [];

    public int Rounds => _seen.Count;

    public long Wrong { get; private set; }

    public long Unknown { get; private set; }

    public int IncompleteRounds { get; private set; }

    /// <summary>Looks at the rounds that closed since the last look. A coordinator that does not answer has none.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var rounds = await api.GetFromJsonAsync<JsonElement>("api/v1/rounds?limit=20", cancellationToken);
            foreach (var round in rounds.EnumerateArray().Where(round => round.GetProperty("state").GetString() == "closed"))
            {
                await CheckAsync(round.GetProperty("id").GetInt64(), cancellationToken);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // It was killed; the rounds are read when it is back.
        }
    }

    private async Task CheckAsync(long round, CancellationToken cancellationToken)
    {
        if (_seen.Contains(round))
        {
            return;
        }

        var rows = (await api.GetStringAsync($"api/v1/rounds/{round}/results?format=csv", cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        _seen.Add(round);
        var addresses = new HashSet<string>();
        var unknown = 0;
        foreach (var row in rows.Select(row => row.Split(',')))
        {
            var isUnknown = row[10] == "unknown";
            unknown += isUnknown ? 1 : 0;
            Wrong += addresses.Add(row[1]) && (isUnknown || IsTrue(row)) ? 0 : 1;
        }

        Wrong += SoakCluster.Targets - addresses.Count;
        Unknown += unknown;
        IncompleteRounds += unknown > 0 ? 1 : 0;
    }

    // time,address,name,sent,received,loss_percent,min_ms,avg_ms,max_ms,stddev_ms,state,reason,agent
    private static bool IsTrue(string[] row)
    {
        var count = SoakCluster.Count.ToString(CultureInfo.InvariantCulture);
        return row[3] == count && row[4] == count && row[10] == "up";
    }
}
