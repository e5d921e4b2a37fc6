using System.Buffers;
using System.IO.Pipelines;

namespace FpingCluster.Agent.Engines.Fping;

/// <summary>
/// The complete lines of a stream. Reading and parsing are two tasks with a buffer between them: fping writes unbuffered and must never wait for our
/// parser on a full pipe, or its timeouts run out while it waits.
/// </summary>
internal static class FpingLines
{
    /// <summary>Far above what any bucket prints; a process that writes faster than we parse for that long is not fping.</summary>
    private const int BufferLimit = 64 << 20;

    private const int LongestLine = 1 << 16;

    /// <summary>Ends at the end of the stream or when cancelled; what was read until then is parsed in either case.</summary>
    public static async Task ReadAsync(Stream stream, Action firstBytes, FpingOutputParser parser, CancellationToken cancellationToken)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: BufferLimit, resumeWriterThreshold: BufferLimit / 2));
        await Task.WhenAll(FillAsync(stream, firstBytes, pipe.Writer, cancellationToken), ParseAsync(pipe.Reader, parser));
    }

    private static async Task FillAsync(Stream stream, Action firstBytes, PipeWriter writer, CancellationToken cancellationToken)
    {
        try
        {
            for (var first = true; await stream.ReadAsync(writer.GetMemory(), cancellationToken) is > 0 and var length; first = false)
            {
                if (first)
                {
                    firstBytes();
                }

                writer.Advance(length);
                await writer.FlushAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // What came so far still counts.
        }
        finally
        {
            await writer.CompleteAsync();
        }
    }

    private static async Task ParseAsync(PipeReader reader, FpingOutputParser parser)
    {
        for (var ended = false; !ended;)
        {
            var read = await reader.ReadAsync();
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                ParseLine(buffer.Slice(0, end), parser);
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            var endless = buffer.Length > LongestLine;
            reader.AdvanceTo(endless ? buffer.End : buffer.Start, buffer.End);
            ended = read.IsCompleted;
        }

        await reader.CompleteAsync();
    }

    private static void ParseLine(in ReadOnlySequence<byte> line, FpingOutputParser parser) =>
        parser.ParseLine(line.IsSingleSegment ? line.FirstSpan : line.ToArray());
}
