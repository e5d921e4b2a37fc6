using System.Numerics;

namespace FpingCluster.TestKit.Truth;

/// <summary>Buffers for answers that wait for their time: as many as ever waited at once. For one thread.</summary>
internal sealed class PacketPool
{
    private const int SmallestPower = 7, LargestPower = 17;

    private readonly Stack<byte[]>[] _free = [.. Enumerable.Range(0, LargestPower + 1).Select(_ => new Stack<byte[]>())];

    public byte[] Rent(int length)
    {
        var power = Math.Max(SmallestPower, BitOperations.Log2((uint)length - 1) + 1);
        return _free[power].TryPop(out var buffer) ? buffer : new byte[1 << power];
    }

    public void Return(byte[] buffer) => _free[BitOperations.Log2((uint)buffer.Length)].Push(buffer);
}
