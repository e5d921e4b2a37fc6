using System.IO.Compression;
using Grpc.Net.Compression;

namespace FpingCluster.Compat.Tests.Contracts;

public sealed class CompressionProviderTests
{
    public static TheoryData<ICompressionProvider, string, byte> Providers => new()
    {
        { new GzipCompressionProvider(CompressionLevel.Fastest), "gzip", 0x1f },
        { new DeflateCompressionProvider(CompressionLevel.Fastest), "deflate", 0x78 },
    };

    [Theory]
    [MemberData(nameof(Providers))]
    public void Provider_restores_what_it_compressed_in_its_format(ICompressionProvider provider, string name, byte firstByte)
    {
        var message = new byte[10_000];
        using var compressed = new MemoryStream();
        using (var compression = provider.CreateCompressionStream(compressed, null))
        {
            compression.Write(message);
        }

        Assert.Equal(name, provider.EncodingName);
        Assert.InRange(compressed.Length, 1, 200);
        compressed.Position = 0;
        Assert.Equal(firstByte, compressed.ReadByte());

        compressed.Position = 0;
        using var restored = new MemoryStream();
        using var decompression = provider.CreateDecompressionStream(compressed);
        decompression.CopyTo(restored);
        Assert.Equal(message, restored.ToArray());
    }
}
