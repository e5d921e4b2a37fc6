namespace FpingCluster.TestKit.Fuzzing;

/// <summary>Makes inputs that nobody would write out of genuine ones: bits flipped, pieces cut, doubled, swapped, blown up; and now and then pure noise.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> genuine)
{
    // What decoders stumble over: ends of ranges, continued varints, marks of text formats.
    private static readonly byte[] Telling = [0x00, 0x01, 0x7F, 0x80, 0xFF, 0xFE, (byte)'\n', (byte)',', (byte)'"', (byte)':', (byte)'/', (byte)'-', (byte)'{', (byte)'['];

    public byte[] Next()
    {
        if (random.Next(20) == 0)
        {
            return Noise(random.Next(64));
        }

        var input = new List<byte>(genuine[random.Next(genuine.Count)]);
        for (var changes = random.Next(5); changes > 0; changes--)
        {
            Change(input);
        }

        return [.. input];
    }

    private void Change(List<byte> input)
    {
        var at = random.Next(input.Count + 1);
        var length = Math.Min(input.Count - at, 1 + random.Next(16));
        switch (random.Next(8))
        {
            case 0 when length > 0:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when length > 0:
                input[at] = Telling[random.Next(Telling.Length)];
                break;
            case 2:
                input.RemoveRange(at, length);
                break;
            case 3:
                input.RemoveRange(at, input.Count - at);
                break;
            case 4:
                input.InsertRange(at, input.GetRange(at, length));
                break;
            case 5:
                var other = genuine[random.Next(genuine.Count)];
                input.InsertRange(at, other[random.Next(other.Length + 1)..]);
                break;
            case 6:
                // A number as large as a varint can be.
                input.InsertRange(at, Enumerable.Repeat((byte)0xFF, random.Next(4, 10)).Append((byte)random.Next(16)));
                break;
            default:
                input.InsertRange(at, Noise(random.Next(8)));
                break;
        }
    }

    private byte[] Noise(int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }
}
