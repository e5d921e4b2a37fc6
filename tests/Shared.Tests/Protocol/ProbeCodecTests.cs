using FpingCluster.Shared.Configuration;
using FpingCluster.Shared.Protocol;
using FpingCluster.Shared.Protocol.V1;

namespace FpingCluster.Shared.Tests.Protocol;

public class ProbeCodecTests
{
    [Theory]
    [MemberData(nameof(Probes))]
    public void Probe_comes_back_as_it_was(Probe probe)
    {
        Assert.True(ProbeCodec.TryDecode(ProbeCodec.Encode(probe), out var decoded, out var defect), defect);
        Assert.Equal(probe, decoded);
    }

    public static TheoryData<Probe> Probes() =>
    [
        new Probe(),
        new Probe { Engine = EngineKind.Fping, Layout = FpingLayoutKind.Pyfping, Workers = 72, Interval = TimeSpan.FromMilliseconds(4), Bucket = 500, Count = 10 },
        new Probe { Engine = EngineKind.Simulated, Interval = TimeSpan.Zero, Size = 0, Timeout = TimeSpan.FromMinutes(1), Period = TimeSpan.FromMinutes(10) },
        new Probe { Text = "noc@exämple.com", Size = 28 },
        new Probe { Engine = EngineKind.Raw, Interval = TimeSpan.FromMicroseconds(250), Count = ProbeRules.MaxCount },
    ];

    [Fact]
    public void Every_defect_of_a_probe_is_named()
    {
        var settings = ProbeCodec.Encode(new Probe());
        (settings.Engine, settings.Layout, settings.Count, settings.SizeBytes) = ("quantum", "spiral", 0, uint.MaxValue);

        Assert.False(ProbeCodec.TryDecode(settings, out var probe, out var defect));
        Assert.Null(probe);
        Assert.All(["'quantum'", "'spiral'", "count is 0", "size is"], part => Assert.Contains(part, defect, StringComparison.Ordinal));
    }

    [Fact]
    public void Missing_probe_is_named()
    {
        Assert.False(ProbeCodec.TryDecode(null, out _, out var defect));
        Assert.Equal("the probe is missing", defect);
    }

    [Fact]
    public void Engines_of_the_wire_and_ours_are_the_same()
    {
        foreach (var engine in Enum.GetValues<Engine>().Where(engine => engine != Engine.Unspecified))
        {
            Assert.Equal(engine, EngineCodec.ToWire(EngineCodec.FromWire(engine)!.Value));
        }

        Assert.Null(EngineCodec.FromWire(Engine.Unspecified));
        foreach (var kind in Enum.GetValues<EngineKind>())
        {
            Assert.Equal(kind, EngineCodec.FromWord(EngineCodec.ToWord(kind)));
        }
    }
}
