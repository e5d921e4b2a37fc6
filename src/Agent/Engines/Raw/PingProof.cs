using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FpingCluster.Agent.Engines.Raw;

/// <summary>
/// A keyed hash (SipHash-2-4 of Aumasson and Bernstein, 2012) of a ping's number: nobody who has not seen a ping can answer it, and no ping of another engine
/// or an earlier run passes for one of this.
/// </summary>
internal readonly struct PingProof
{
    private readonly ulong _k0, _k1;

    public PingProof(ulong k0, ulong k1) => (_k0, _k1) = (k0, k1);

    public static PingProof WithRandomKey()
    {
        Span<ulong> key = stackalloc ulong[2];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(key));
        return new PingProof(key[0], key[1]);
    }

    public ulong Of(ulong ping)
    {
        var v0 = _k0 ^ 0x736f6d6570736575;
        var v1 = _k1 ^ 0x646f72616e646f6d;
        var v2 = _k0 ^ 0x6c7967656e657261;
        var v3 = _k1 ^ 0x7465646279746573;
        Compress(ref v0, ref v1, ref v2, ref v3, ping);
        // The last block holds the message's length (8) in its highest byte, and nothing else.
        Compress(ref v0, ref v1, ref v2, ref v3, 8UL << 56);
        v2 ^= 0xFF;
        for (var round = 0; round < 4; round++)
        {
            Mix(ref v0, ref v1, ref v2, ref v3);
        }

        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Compress(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3, ulong block)
    {
        v3 ^= block;
        Mix(ref v0, ref v1, ref v2, ref v3);
        Mix(ref v0, ref v1, ref v2, ref v3);
        v0 ^= block;
    }

    private static void Mix(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
