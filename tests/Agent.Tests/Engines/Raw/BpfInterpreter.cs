using FpingCluster.Agent.Engines.Raw.Bpf;

namespace FpingCluster.Agent.Tests.Engines.Raw;

/// <summary>Runs a classic packet filter as the kernel does (linux/bpf_common.h): a load beyond the packet ends it with a refusal.</summary>
internal static class BpfInterpreter
{
    public static bool Accepts(BpfInstruction[] program, ReadOnlySpan<byte> packet)
    {
        var (a, x) = (0u, 0u);
        for (var next = 0; ; next++)
        {
            var (code, then, otherwise, k) = program[next];
            switch (code)
            {
                case 0x30 or 0x50: // ldb [k], ldb [x + k]
                    if (!TryLoad(packet, (code == 0x50 ? (ulong)x : 0) + k, 1, out a))
                    {
                        return false;
                    }

                    break;
                case 0x28 or 0x48: // ldh [k], ldh [x + k]
                    if (!TryLoad(packet, (code == 0x48 ? (ulong)x : 0) + k, 2, out a))
                    {
                        return false;
                    }

                    break;
                case 0xB1: // ldxb 4 * ([k] & 0xf)
                    if (!TryLoad(packet, k, 1, out x))
                    {
                        return false;
                    }

                    x = 4 * (x & 0xF);
                    break;
                case 0x54:
                    a &= k;
                    break;
                case 0x64:
                    a <<= (int)k;
                    break;
                case 0x0C:
                    a += x;
                    break;
                case 0x07:
                    x = a;
                    break;
                case 0x15:
                    next += a == k ? then : otherwise;
                    break;
                case 0x06:
                    return k != 0;
                default:
                    throw new InvalidOperationException($"instruction {next} has the unknown code {code:x}");
            }
        }
    }

    private static bool TryLoad(ReadOnlySpan<byte> packet, ulong offset, int length, out uint value)
    {
        value = 0;
        if (offset + (ulong)length > (ulong)packet.Length)
        {
            return false;
        }

        foreach (var part in packet.Slice((int)offset, length))
        {
            value = (value << 8) | part;
        }

        return true;
    }
}
