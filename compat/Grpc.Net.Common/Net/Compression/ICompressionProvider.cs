using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>One way of compressing messages.</summary>
public interface ICompressionProvider
{
    /// <summary>The name on the wire.</summary>
    string EncodingName { get; }

    /// <summary>Disposing the stream ends the message and leaves <paramref name="stream"/> open.</summary>
    Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel);

    Stream CreateDecompressionStream(Stream stream);
}
