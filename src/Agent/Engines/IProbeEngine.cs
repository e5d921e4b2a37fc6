using FpingCluster.Shared.Configuration;

namespace FpingCluster.Agent.Engines;

/// <summary>
/// Probes shards: for each target <c>Count</c> pings, <c>Period</c> apart; a reply later than <c>Timeout</c> is lost; a reply counts for the ping it answers;
/// duplicates are counted apart; results for exactly the targets given.
/// </summary>
internal interface IProbeEngine
{
    EngineKind Kind { get; }

    /// <summary>
    /// Takes shards until the source ends, many at once, paced by the rate limit across all of them. Ends when every taken shard was reported, or within
    /// 100 ms of a cancellation (shards in hand are then not reported). A fault of the engine itself is an exception; a shard's is <see cref="IResultSink.Failed"/>.
    /// </summary>
    Task RunAsync(IShardSource source, IResultSink sink, CancellationToken cancellationToken);
}
