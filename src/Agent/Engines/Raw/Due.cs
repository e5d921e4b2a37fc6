namespace FpingCluster.Agent.Engines.Raw;

/// <summary>A ping to be sent.</summary>
/// <param name="Shard">Its place in the lane's table.</param>
/// <param name="Target">Its place in the shard.</param>
/// <param name="Ping">Counted from 0.</param>
/// <param name="Attempt">How often this ping was sent before, and the answer obscured by this host.</param>
internal readonly record struct Due(int Shard, int Target, ushort Ping, byte Attempt);
