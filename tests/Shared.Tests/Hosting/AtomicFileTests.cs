using System.Runtime.Versioning;
using System.Text;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Shared.Tests.Hosting;

[SupportedOSPlatform("linux")]
public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string Target => Path.Combine(_folder, "out.csv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Replace_puts_the_new_content_in_place_of_the_old()
    {
        File.WriteAllText(Target, "old and long");
        using (var file = AtomicFile.Replace(Target))
        {
            file.Write(stream => stream.Write("new"u8));
        }

        Assert.Equal("new", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Replace_keeps_the_mode_of_the_old_file()
    {
        File.WriteAllText(Target, "old");
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(Target, mode);
        using (var file = AtomicFile.Replace(Target))
        {
            file.Write(stream => stream.Write("new"u8));
        }

        Assert.Equal(mode, File.GetUnixFileMode(Target));
    }

    [Fact]
    public void Replace_with_a_mode_has_it_from_its_first_byte_on()
    {
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.WriteAllText(Target, "old");
        File.SetUnixFileMode(Target, mode | UnixFileMode.OtherRead);
        using (var file = AtomicFile.Replace(Target, mode))
        {
            Assert.Equal(mode, File.GetUnixFileMode(Directory.GetFiles(_folder).Single(path => path != Target)));
            file.Write(stream => stream.Write("new"u8));
        }

        Assert.Equal(mode, File.GetUnixFileMode(Target));
    }

    [Fact]
    public void Replace_through_a_link_keeps_the_link()
    {
        var link = Path.Combine(_folder, "link");
        File.WriteAllText(Target, "old");
        File.CreateSymbolicLink(link, Target);
        using (var file = AtomicFile.Replace(link))
        {
            file.Write(stream => stream.Write("new"u8));
        }

        Assert.Equal("new", File.ReadAllText(Target));
        Assert.NotNull(new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void Failed_replacement_leaves_the_old_content_and_no_temporary_file()
    {
        File.WriteAllText(Target, "old");
        using (var file = AtomicFile.Replace(Target))
        {
            Assert.Throws<OutputException>(() => file.Write(stream => Fail(stream, "half")));
        }

        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Append_writes_behind_the_old_content()
    {
        File.WriteAllText(Target, "old\n");
        using (var file = AtomicFile.Append(Target))
        {
            file.Write(stream => stream.Write("new\n"u8));
        }

        Assert.Equal("old\nnew\n", File.ReadAllText(Target));
    }

    [Fact]
    public void Failed_append_cuts_the_file_back()
    {
        File.WriteAllText(Target, "old\n");
        using (var file = AtomicFile.Append(Target))
        {
            Assert.Throws<OutputException>(() => file.Write(stream => Fail(stream, "half a li")));
        }

        Assert.Equal("old\n", File.ReadAllText(Target));
    }

    [Fact]
    public void Missing_folder_is_told_before_anything_is_written()
    {
        var exception = Assert.Throws<OutputException>(() => AtomicFile.Replace(Path.Combine(_folder, "nowhere", "out.csv")));
        Assert.Contains("nowhere/out.csv': its folder does not exist; create the folder or name another file", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_in_place_of_a_file_is_told()
    {
        Assert.Contains("it is a folder", Assert.Throws<OutputException>(() => AtomicFile.Replace(_folder)).Message, StringComparison.Ordinal);
        Assert.Contains("it is a folder", Assert.Throws<OutputException>(() => AtomicFile.Append(_folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Full_disk_is_told(bool append)
    {
        using var file = append ? AtomicFile.Append("/dev/full") : AtomicFile.Replace("/dev/full");
        var exception = Assert.Throws<OutputException>(() => file.Write(stream => stream.Write("x"u8)));
        Assert.Contains("the disk is full", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Device_is_written_straight_and_stays_a_device()
    {
        using (var file = AtomicFile.Replace("/dev/null"))
        {
            file.Write(stream => stream.Write("x"u8));
        }

        Assert.Equal("", File.ReadAllText("/dev/null"));
    }

    private static void Fail(Stream stream, string text)
    {
        stream.Write(Encoding.UTF8.GetBytes(text));
        throw new IOException("pulled out");
    }
}
