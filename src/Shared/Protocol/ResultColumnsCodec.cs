using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using FpingCluster.Shared.Protocol.V1;
using FpingCluster.Shared.Results;
using FpingCluster.Shared.Targets;
using Google.Protobuf;
using Google.Protobuf.Collections;
using ReasonKind = FpingCluster.Shared.Results.ReasonKind;
using WireReasonKind = FpingCluster.Shared.Protocol.V1.ReasonKind;

namespace FpingCluster.Shared.Protocol;

/// <summary>The results of a shard to and from the wire. What <see cref="TryDecode"/> returns agrees with itself and with the shard.</summary>
public static class ResultColumnsCodec
{
    private static readonly long MinUnixMs = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long MaxUnixMs = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static ResultColumns Encode(ShardResult result)
    {
        var columns = new ResultColumns
        {
            FinishedUnixMs = result.FinishedAt.ToUnixTimeMilliseconds(),
            LocalDrops = (uint)result.LocalDrops,
        };
        AddAll(columns.Sent, result.Sent);
        AddAll(columns.Received, result.Received);
        columns.RttUs.AddRange(result.RttsUs);
        columns.Reasons.AddRange(result.Reasons.Select(Encode));
        return columns;
    }

    /// <param name="targets">How many targets the shard has.</param>
    /// <param name="count">The most pings a target of this round gets.</param>
    public static bool TryDecode(
        ResultColumns? columns, int targets, int count, [NotNullWhen(true)] out ShardResult? result, [NotNullWhen(false)] out string? defect)
    {
        result = null;
        defect = FindDefect(columns, targets, count);
        if (defect is not null)
        {
            return false;
        }

        var decoded = new ShardResult
        {
            FinishedAt = DateTimeOffset.FromUnixTimeMilliseconds(columns!.FinishedUnixMs),
            Sent = Narrow(columns.Sent),
            Received = Narrow(columns.Received),
            RttsUs = [.. columns.RttUs],
            Reasons = [.. columns.Reasons.Select(Decode)],
            LocalDrops = (int)columns.LocalDrops,
        };
        defect = decoded.FindDefect(targets, count);
        result = defect is null ? decoded : null;
        return result is not null;
    }

    // What must hold before the columns fit our types; ShardResult.FindDefect does the rest.
    private static string? FindDefect(ResultColumns? columns, int targets, int count)
    {
        if (columns is null)
        {
            return "the columns are missing";
        }

        if (columns.FinishedUnixMs < MinUnixMs || columns.FinishedUnixMs > MaxUnixMs)
        {
            return $"finished_unix_ms {columns.FinishedUnixMs} is not a time";
        }

        if (columns.LocalDrops > int.MaxValue)
        {
            return $"{columns.LocalDrops} local drops";
        }

        if (columns.Sent.Count != targets || columns.Received.Count != targets)
        {
            return $"columns of {columns.Sent.Count} sent and {columns.Received.Count} received for a shard of {targets} targets";
        }

        var limit = (uint)Math.Min(count, ushort.MaxValue);
        for (var i = 0; i < targets; i++)
        {
            if (columns.Sent[i] > limit || columns.Received[i] > limit)
            {
                return $"target {i}: {columns.Received[i]} received of {columns.Sent[i]} sent with count {count}";
            }
        }

        return FindDefect(columns.Reasons, targets);
    }

    private static string? FindDefect(RepeatedField<Reason> reasons, int targets)
    {
        var previous = 0u;
        foreach (var reason in reasons)
        {
            if (reason.Target >= targets || reason.Target < previous)
            {
                return $"reason for target {reason.Target} of {targets} after one for target {previous}";
            }

            if (reason.Source.Length is not (0 or 4 or 16))
            {
                return $"reason for target {reason.Target}: a source address of {reason.Source.Length} bytes";
            }

            previous = reason.Target;
        }

        return null;
    }

    private static Reason Encode(TargetReason reason) => new()
    {
        Target = (uint)reason.Target,
        Kind = (WireReasonKind)reason.Kind,
        Detail = (uint)reason.Detail,
        Source = reason.Source is { } source ? Pack(source) : ByteString.Empty,
    };

    // A kind of a newer version keeps its number and is shown as such.
    private static TargetReason Decode(Reason reason) =>
        new((int)reason.Target, (ReasonKind)reason.Kind, (int)reason.Detail, Unpack(reason.Source.Span));

    private static ByteString Pack(TargetAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, address.Value);
        return ByteString.CopyFrom(address.IsIPv4 ? bytes[12..] : bytes);
    }

    private static TargetAddress? Unpack(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        4 => TargetAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes)),
        16 => new TargetAddress(BinaryPrimitives.ReadUInt128BigEndian(bytes)),
        _ => null,
    };

    private static void AddAll(RepeatedField<uint> field, ushort[] values)
    {
        field.Capacity = values.Length;
        foreach (var value in values)
        {
            field.Add(value);
        }
    }

    private static ushort[] Narrow(RepeatedField<uint> field)
    {
        var values = new ushort[field.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (ushort)field[i];
        }

        return values;
    }
}
