using FpingCluster.Agent.Engines.Raw.Native;

namespace FpingCluster.Agent.Engines.Raw;

/// <summary>A lane's way to the network for one address family. Never blocks but in <see cref="WaitWritable"/>. Only the lane's own thread calls it.</summary>
internal interface IPingPort : IDisposable
{
    /// <summary>What identifies this port's pings on the wire.</summary>
    ushort Id { get; }

    SocketMode Mode { get; }

    /// <summary>How many of <paramref name="count"/> were sent from the first on; or, when not even that one was, the negative errno.</summary>
    int Send(SendBatch batch, int first, int count);

    /// <summary>How many packets were received, 0 when there is none; or the negative errno.</summary>
    int Receive(ReceiveBatch batch);

    /// <summary>The same for the ICMP errors of a datagram socket, which come by a way of their own.</summary>
    int ReceiveErrors(ReceiveBatch batch);

    /// <summary>Packets that the kernel dropped because this port's receive buffer was full, since it was opened.</summary>
    long CountDrops();

    void WaitWritable(long nanoseconds);
}
