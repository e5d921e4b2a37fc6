using FpingCluster.Shared.Results;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Sessions;

/// <summary>
/// Counts what a session brought and nobody can use, and says so: the first at once, so that whoever looks sees it, the rest once a minute and at the session's end.
/// Belongs to the session's reader.
/// </summary>
internal sealed partial class ForgottenResults(string agent, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan TellInterval = TimeSpan.FromMinutes(1);

    private readonly long[] _untold = new long[Enum.GetValues<ForgottenWhy>().Length];
    private long? _toldAt;

    public void Add(int results, ForgottenWhy why)
    {
        // Without results it keeps the place of a batch that the agent itself had to drop, and has told so.
        if (results == 0)
        {
            return;
        }

        _untold[(int)why] += results;
        if (_toldAt is not { } told || time.GetElapsedTime(told) >= TellInterval)
        {
            Tell();
        }
    }

    public void Tell()
    {
        _toldAt = time.GetTimestamp();
        foreach (var why in Enum.GetValues<ForgottenWhy>().Where(why => _untold[(int)why] > 0))
        {
            Log.Forgotten(logger, Quantity.Of(_untold[(int)why], "result"), agent, Describe(why));
            _untold[(int)why] = 0;
        }
    }

    private static string Describe(ForgottenWhy why) => why switch
    {
        ForgottenWhy.NoSuchRound => "their round is not running here: it has closed, or was another store's",
        ForgottenWhy.OtherStore => "they were leased by a coordinator with another store, whose round had the same number",
        ForgottenWhy.NoSuchShard => "their round has no such shard",
        ForgottenWhy.OtherTargets => "their shard has other targets in this round",
        _ => throw new ArgumentOutOfRangeException(nameof(why), why, null),
    };
}
