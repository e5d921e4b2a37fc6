using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FpingCluster.Agent.Engines.Raw.Bpf;
using FpingCluster.Agent.Engines.Raw.Native;

namespace FpingCluster.Agent.Tests.Engines.Raw;

/// <summary>What the kernel of 64-bit Linux expects, byte by byte.</summary>
public sealed class NativeLayoutTests
{
    [Fact]
    public void Structs_have_the_sizes_of_the_kernel()
    {
        Assert.Equal(64, Unsafe.SizeOf<MessageHeader>());
        Assert.Equal(16, Unsafe.SizeOf<IoVector>());
        Assert.Equal(16, Unsafe.SizeOf<TimeSpec>());
        Assert.Equal(8, Unsafe.SizeOf<PollDescriptor>());
        Assert.Equal(8, Unsafe.SizeOf<BpfInstruction>());
        Assert.Equal(16, Unsafe.SizeOf<BpfProgram>());
    }

    [Theory]
    [InlineData(nameof(MessageHeader.Name), 0)]
    [InlineData(nameof(MessageHeader.NameLength), 8)]
    [InlineData(nameof(MessageHeader.Vectors), 16)]
    [InlineData(nameof(MessageHeader.VectorCount), 24)]
    [InlineData(nameof(MessageHeader.Control), 32)]
    [InlineData(nameof(MessageHeader.ControlLength), 40)]
    [InlineData(nameof(MessageHeader.Flags), 48)]
    [InlineData(nameof(MessageHeader.Length), 56)]
    public void MessageHeader_has_its_field_where_struct_mmsghdr_has_it(string field, int offset) =>
        Assert.Equal(offset, (int)Marshal.OffsetOf<MessageHeader>(field));

    [Fact]
    public void Small_structs_have_their_fields_in_the_order_of_the_kernel()
    {
        Assert.Equal(0, (int)Marshal.OffsetOf<IoVector>(nameof(IoVector.Base)));
        Assert.Equal(8, (int)Marshal.OffsetOf<IoVector>(nameof(IoVector.Length)));
        Assert.Equal(0, (int)Marshal.OffsetOf<TimeSpec>(nameof(TimeSpec.Seconds)));
        Assert.Equal(8, (int)Marshal.OffsetOf<TimeSpec>(nameof(TimeSpec.Nanoseconds)));
        Assert.Equal(0, (int)Marshal.OffsetOf<PollDescriptor>(nameof(PollDescriptor.Descriptor)));
        Assert.Equal(4, (int)Marshal.OffsetOf<PollDescriptor>(nameof(PollDescriptor.Events)));
        Assert.Equal(6, (int)Marshal.OffsetOf<PollDescriptor>(nameof(PollDescriptor.Returned)));
        Assert.Equal(0, (int)Marshal.OffsetOf<BpfProgram>(nameof(BpfProgram.Length)));
        Assert.Equal(8, (int)Marshal.OffsetOf<BpfProgram>(nameof(BpfProgram.Instructions)));
    }

    [Fact]
    public void BpfInstruction_is_code_jumps_and_value_in_this_order()
    {
        BpfInstruction[] program = [new(0x0201, 3, 4, 0x08070605)];

        Assert.Equal<byte>([1, 2, 3, 4, 5, 6, 7, 8], MemoryMarshal.AsBytes(program.AsSpan()).ToArray());
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1_500_000_000, 1, 500_000_000)]
    [InlineData(1_699_999_999_999_999_999, 1_699_999_999, 999_999_999)]
    public void TimeSpec_keeps_every_nanosecond(long nanoseconds, long seconds, long rest)
    {
        var time = TimeSpec.FromNanoseconds(nanoseconds);

        Assert.Equal((seconds, rest), (time.Seconds, time.Nanoseconds));
        Assert.Equal(nanoseconds, time.TotalNanoseconds);
    }
}
