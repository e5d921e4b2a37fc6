using FpingCluster.Shared.Results;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Agent.Engines;

/// <summary>Says how many targets were asked for that this agent does not ping: the first at once, the rest once a minute.</summary>
internal sealed partial class ExclusionLog(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan TellInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _untold;
    private long? _toldAt;

    public void Add(int targets)
    {
        lock (_gate)
        {
            _untold += targets;
            if (_toldAt is not { } told || time.GetElapsedTime(told) >= TellInterval)
            {
                Log.Excluded(logger, Quantity.Of(_untold, "target"));
                (_untold, _toldAt) = (0, time.GetTimestamp());
            }
        }
    }
}
