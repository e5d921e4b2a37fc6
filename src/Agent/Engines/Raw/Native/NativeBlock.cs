using System.Runtime.InteropServices;

namespace FpingCluster.Agent.Engines.Raw.Native;

/// <summary>Zeroed memory that the kernel may write to: the garbage collector never moves it.</summary>
internal sealed unsafe class NativeBlock : SafeHandle
{
    public NativeBlock(int length)
        : base(IntPtr.Zero, ownsHandle: true)
    {
        SetHandle((nint)NativeMemory.AlignedAlloc((nuint)length, 64));
        NativeMemory.Clear(Pointer, (nuint)length);
    }

    public byte* Pointer => (byte*)handle;

    public override bool IsInvalid => handle == IntPtr.Zero;

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
