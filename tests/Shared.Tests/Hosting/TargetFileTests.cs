using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Targets;

namespace FpingCluster.Shared.Tests.Hosting;

public sealed class TargetFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("targets");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task File_is_read_with_its_path_as_source()
    {
        var path = Path.Combine(_directory.FullName, "t.csv");
        await File.WriteAllTextAsync(path, "127.0.0.1\nlocalhost\n1.2.3\n");

        Assert.Equal($"{path}:3: '1.2.3' is no address: it has 3 octets; write four numbers from 0 to 255", Assert.Single((await ReadAsync(path)).Errors));
    }

    [Fact]
    public async Task Host_name_of_the_system_is_resolved()
    {
        var path = Path.Combine(_directory.FullName, "t.csv");
        await File.WriteAllTextAsync(path, "localhost\nno-such-host.invalid\n");

        var list = (await ReadAsync(path)).List!;

        Assert.Equal(("127.0.0.1", "localhost"), (list.Addresses[0].ToString(), list.NameOf(0)));
        Assert.Equal("no-such-host.invalid", Assert.Single(list.Unresolved).HostName);
    }

    [Fact]
    public async Task File_that_is_missing_is_an_error_that_names_it()
    {
        var path = Path.Combine(_directory.FullName, "none", "t.csv");

        Assert.Equal($"{path}: cannot be read: there is no such file; check the path", Assert.Single((await ReadAsync(path)).Errors));
    }

    [Fact]
    public async Task Directory_is_an_error_that_names_it() =>
        Assert.Equal(
            $"{_directory.FullName}: cannot be read: it is a directory; name a file",
            Assert.Single((await ReadAsync(_directory.FullName)).Errors));

    [Fact]
    public void Dash_is_standard_input() => Assert.Equal("stdin", TargetFile.Input("-").Source);

    private static Task<TargetListReading> ReadAsync(string path) =>
        new TargetListReader(new DnsNameResolver()).ReadAsync(TargetFile.Input(path), 1, CancellationToken.None);
}
