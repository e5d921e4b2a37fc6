using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace FpingCluster.Architecture.Tests;

/// <summary>Finds the metadata tokens of types, methods and fields in the IL code of a method.</summary>
internal static class CodeTokens
{
    private const byte TwoByteOpCode = 0xFE;

    private static readonly Dictionary<short, OpCode> OpCodes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(opCode => opCode.Value);

    public static IEnumerable<int> In(byte[] code)
    {
        var position = 0;
        while (position < code.Length)
        {
            var opCode = code[position] == TwoByteOpCode ? OpCodes[BinaryPrimitives.ReadInt16BigEndian(code.AsSpan(position))] : OpCodes[code[position]];
            position += opCode.Size;
            if (opCode.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineType or OperandType.InlineTok)
            {
                yield return BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(position));
            }

            position += SizeOfOperand(opCode.OperandType, code.AsSpan(position));
        }
    }

    private static int SizeOfOperand(OperandType operand, ReadOnlySpan<byte> code) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + 4 * BinaryPrimitives.ReadInt32LittleEndian(code),
        _ => 4,
    };
}
