using FpingCluster.Agent.Spooling;
using FpingCluster.Agent.Tests.Cli;
using FpingCluster.TestKit.Fuzzing;
using Xunit.Abstractions;

namespace FpingCluster.Agent.Tests.Spooling;

/// <summary>Files of the spool, changed: what is whole is found, what is not is cut off, and nothing is made up.</summary>
public sealed class SpoolFuzzTests(ITestOutputHelper output)
{
    private const int Records = 300_000;
    private const int Files = 6_000;

    [Fact]
    public void Record_is_what_was_written_or_none()
    {
        var batch = SpoolSamples.Batch(1);
        var record = Record(batch);

        Fuzz.Run(Records, [record], input =>
        {
            if (input.Length < SpoolRecord.HeaderBytes || SpoolRecord.BodyLength(input) is not { } length || input.Length < SpoolRecord.HeaderBytes + length)
            {
                return false;
            }

            var read = SpoolRecord.Read(input, input.AsSpan(SpoolRecord.HeaderBytes, length));
            Assert.True(read is null || read.Equals(batch));
            return read is not null;
        }, output.WriteLine);
    }

    [Fact]
    public void Segment_file_gives_whole_batches_in_their_order()
    {
        using var folder = new TemporaryDirectory();
        var spool = Path.Combine(folder.Path, "spool");
        Directory.CreateDirectory(spool);
        var file = Path.Combine(spool, "000000000001.batches");
        byte[] genuine = [.. SpoolSamples.Batches(1, 5).SelectMany(Record)];

        Fuzz.Run(Files, [genuine], input =>
        {
            File.WriteAllBytes(file, input);
            using var opened = ResultSpool.Open(spool, maxBytes: 1 << 20);
            var found = opened.TakeFound();
            Assert.All(found, batch => Assert.InRange(batch.Lease.Shard.Value, 1ul, 5ul));
            Assert.Equal(input.Length, opened.Bytes + opened.CutOff);
            for (var number = 1ul; number <= (ulong)found.Count; number++)
            {
                Assert.Equal(found[(int)number - 1].Lease.Shard.Value, opened.Read(number)!.Shard);
            }

            return found.Count > 0;
        }, output.WriteLine);
    }

    private static byte[] Record(FpingCluster.Shared.Protocol.V1.ResultBatch batch)
    {
        var record = new byte[SpoolRecord.SizeOf(batch)];
        SpoolRecord.Write(batch, record);
        return record;
    }
}
