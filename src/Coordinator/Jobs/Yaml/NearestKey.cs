namespace FpingCluster.Coordinator.Jobs.Yaml;

/// <summary>Finds the key that a mistyped one was meant to be.</summary>
internal static class NearestKey
{
    /// <summary>The closest of the keys when it is close enough to be meant: at most two slips, or a third of the word.</summary>
    public static string? Find(string typed, IEnumerable<string> keys)
    {
        var limit = Math.Max(2, typed.Length / 3);
        var nearest = keys
            .Where(key => Math.Abs(key.Length - typed.Length) <= limit)
            .Select(key => (Key: key, Distance: Distance(Fold(typed), Fold(key))))
            .OrderBy(candidate => candidate.Distance)
            .FirstOrDefault();
        return nearest.Key is not null && nearest.Distance <= limit && nearest.Distance < nearest.Key.Length ? nearest.Key : null;
    }

    /// <summary>Damerau-Levenshtein over adjacent letters: a missing, added, wrong or swapped letter counts one.</summary>
    internal static int Distance(string left, string right)
    {
        var cost = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                cost[i, j] = i == 0 || j == 0 ? i + j : Cheapest(cost, left, right, i, j);
            }
        }

        return cost[left.Length, right.Length];
    }

    private static int Cheapest(int[,] cost, string left, string right, int i, int j)
    {
        var edit = Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1;
        var replace = cost[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
        var best = Math.Min(edit, replace);
        var swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
        return swapped ? Math.Min(best, cost[i - 2, j - 2] + 1) : best;
    }

    private static string Fold(string key) => key.ToLowerInvariant().Replace('-', '_');
}
