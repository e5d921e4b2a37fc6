using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Results;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Storage;

/// <summary>Deletes closed rounds when their time is over; called each time a round is closed. A sweep that fails is made up by the next.</summary>
internal sealed partial class RetentionSweeper(IResultStore store, TimeSpan retention, TimeProvider time, ILogger<RetentionSweeper> logger)
{
    public void Sweep()
    {
        try
        {
            var rounds = store.DeleteRoundsBefore(time.GetUtcNow() - retention);
            if (rounds > 0)
            {
                Log.Deleted(logger, Quantity.Of(rounds, "round"), Durations.Format(retention));
            }
        }
        catch (StoreException error)
        {
            Log.Failed(logger, error.Message);
        }
    }
}
