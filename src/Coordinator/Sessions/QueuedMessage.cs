using FpingCluster.Coordinator.Sharding;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Targets;
using Google.Protobuf;

namespace FpingCluster.Coordinator.Sessions;

/// <summary>
/// A message on its way to a session's writer. Contents of shards are packed there, not by the cluster loop: for ten million targets that takes seconds, in which
/// it would hear no agent, and their bytes would lie in the queues.
/// </summary>
internal readonly struct QueuedMessage
{
    private readonly CoordinatorMessage? _message;
    private readonly Shard? _shard;
    private readonly TargetList? _list;

    private QueuedMessage(CoordinatorMessage? message, Shard? shard, TargetList? list) => (_message, _shard, _list) = (message, shard, list);

    public static QueuedMessage Of(CoordinatorMessage message) => new(message, null, null);

    /// <param name="list">The one that the shard was cut from.</param>
    public static QueuedMessage ContentOf(Shard shard, TargetList list) => new(null, shard, list);

    public CoordinatorMessage ToWire()
    {
        if (_message is not null)
        {
            return _message;
        }

        var packed = _shard!.Pack(_list!);
        return new CoordinatorMessage
        {
            ShardContent = new ShardContent
            {
                ContentHash = _shard.Content.Value,
                Ipv4 = UnsafeByteOperations.UnsafeWrap(packed.IPv4),
                Ipv6 = UnsafeByteOperations.UnsafeWrap(packed.IPv6),
            },
        };
    }
}
