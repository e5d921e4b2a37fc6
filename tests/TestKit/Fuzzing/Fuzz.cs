using System.Text;

namespace FpingCluster.TestKit.Fuzzing;

/// <summary>
/// Feeds a decoder with inputs by the hundred thousand. It may refuse each in the one way that its users know; any other exception, and memory out of all
/// proportion to the input, is a failure that names the seed and the input.
/// </summary>
public static class Fuzz
{
    private const int Familiar = 20_260_101;

    /// <param name="inputs">Half of them with the same seed each time, half with a new one.</param>
    /// <param name="genuine">What is mutated.</param>
    /// <param name="decode">Catches what is a proper refusal. True when it took the input.</param>
    /// <param name="tell">Gets the seeds.</param>
    /// <param name="mostAllocated">Bytes that one input may cost on this thread.</param>
    public static void Run(int inputs, IReadOnlyList<byte[]> genuine, Func<byte[], bool> decode, Action<string> tell, long mostAllocated = 1 << 20)
    {
        // What is made once is not the input's.
        foreach (var input in genuine)
        {
            decode(input);
        }

        foreach (var seed in new[] { Familiar, Random.Shared.Next() })
        {
            var taken = Run(seed, inputs / 2, genuine, decode, mostAllocated);
            tell($"seed {seed}: {inputs / 2} inputs, {taken} taken");
        }
    }

    public static void Run(int inputs, IReadOnlyList<string> genuine, Func<byte[], bool> decode, Action<string> tell, long mostAllocated = 1 << 20) =>
        Run(inputs, [.. genuine.Select(Encoding.UTF8.GetBytes)], decode, tell, mostAllocated);

    private static int Run(int seed, int inputs, IReadOnlyList<byte[]> genuine, Func<byte[], bool> decode, long mostAllocated)
    {
        var mutator = new Mutator(new Random(seed), genuine);
        var taken = 0;
        for (var i = 0; i < inputs; i++)
        {
            var input = mutator.Next();
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                taken += decode(input) ? 1 : 0;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}, input {i}, {exception.GetType().Name}: {exception.Message}{Environment.NewLine}{Show(input)}", exception);
            }

            if (GC.GetAllocatedBytesForCurrentThread() - before is var allocated && allocated > mostAllocated)
            {
                throw new InvalidOperationException($"seed {seed}, input {i} of {input.Length} bytes made it allocate {allocated:N0} bytes{Environment.NewLine}{Show(input)}");
            }
        }

        return taken;
    }

    private static string Show(byte[] input) => $"{input.Length} bytes: {Convert.ToHexString(input.AsSpan(0, Math.Min(input.Length, 2_000)))}";
}
