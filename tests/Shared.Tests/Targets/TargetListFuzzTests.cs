using FpingCluster.TestKit.Fuzzing;
using Xunit.Abstractions;

namespace FpingCluster.Shared.Tests.Targets;

/// <summary>Target lists that nobody would write: a list, or errors that say where.</summary>
public sealed class TargetListFuzzTests(ITestOutputHelper output)
{
    private const int Inputs = 60_000;
    private const int BytesPerTarget = 256;

    private static readonly string[] Genuine =
    [
        "127.0.0.1\n127.0.0.2\n",
        "address,name,site\n127.0.0.9,nine,berlin\n127.0.0.1,\"one, \"\"two\"\"\",bonn\n",
        "# all\r\nname,address\r\ngateway,2001:db8::1\r\nother,fd00::7\r\n",
        "10.1.2.0/29\n10.2.0.1-10.2.0.9\n2001:db8::/125\n",
        "gw.example\n\uFEFF192.0.2.1\n",
    ];

    [Fact]
    public void List_is_read_or_refused_with_places() => Fuzz.Run(Inputs, Genuine, Read, output.WriteLine, mostAllocated: long.MaxValue);

    // A mutated CIDR may mean millions of targets, which is what it says; memory is measured by what came of it.
    private static bool Read(byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = Reading.OfAsync(input).GetAwaiter().GetResult();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (reading.List is { } list)
        {
            Assert.Empty(reading.Errors);
            Assert.InRange(allocated, 0, (2 << 20) + (long)BytesPerTarget * list.Count);
            return true;
        }

        Assert.True(reading.ErrorCount > 0);
        Assert.All(reading.Errors, error => Assert.StartsWith("t.csv", error, StringComparison.Ordinal));
        return false;
    }
}
