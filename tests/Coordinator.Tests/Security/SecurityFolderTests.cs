using System.Text;
using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Hosting;
using FpingCluster.TestKit;

namespace FpingCluster.Coordinator.Tests.Security;

public sealed class SecurityFolderTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly WorkFolder _folder = new();

    private string DataDir => _folder.PathOf("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Folder_and_files_are_for_this_user_alone()
    {
        var folder = SecurityFolder.Open(DataDir);

        folder.Write("tokens.json", "{}"u8.ToArray());
        folder.Write("ca.crt", "certificate"u8.ToArray());

        Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Path));
        Assert.Equal(Private, File.GetUnixFileMode(folder.PathOf("tokens.json")));
        Assert.Equal(Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(folder.PathOf("ca.crt")));
        Assert.Equal("certificate", Encoding.ASCII.GetString(SecurityFolder.Open(DataDir).Read("ca.crt")!));
        Assert.Null(folder.Read("missing"));
    }

    [Fact]
    public void Wider_rights_are_refused_all_at_once_with_what_to_do()
    {
        var folder = SecurityFolder.Open(DataDir);
        folder.Write("ca.crt", []);
        folder.Write("ca.key", []);
        folder.Write("tokens.json", []);
        File.SetUnixFileMode(folder.Path, Private | UnixFileMode.UserExecute | UnixFileMode.GroupExecute);
        File.SetUnixFileMode(folder.PathOf("ca.crt"), Private | UnixFileMode.OtherWrite);
        File.SetUnixFileMode(folder.PathOf("ca.key"), Private | UnixFileMode.GroupRead);

        var error = Assert.Throws<UserErrorException>(() => SecurityFolder.Open(DataDir));

        Assert.Equal(ExitCode.BadUsage, error.ExitStatus);
        Assert.Equal(
            $"""
            others may use {folder.Path} (mode 0710), which is for this user alone; chmod 0700 {folder.Path}
            others may use {folder.Path}/ca.crt (mode 0602), which is for this user alone; chmod 0644 {folder.Path}/ca.crt
            others may use {folder.Path}/ca.key (mode 0640), which is for this user alone; chmod 0600 {folder.Path}/ca.key
            """,
            error.Message);
    }

    [Fact]
    public void Group_that_a_volume_hands_down_is_no_right()
    {
        Directory.CreateDirectory(DataDir);
        File.SetUnixFileMode(DataDir, Private | UnixFileMode.UserExecute | UnixFileMode.SetGroup);

        var folder = SecurityFolder.Open(DataDir);

        Assert.Equal(Private | UnixFileMode.UserExecute | UnixFileMode.SetGroup, File.GetUnixFileMode(folder.Path));
    }

    [Fact]
    public void Data_folder_that_is_a_file_is_told()
    {
        File.WriteAllText(DataDir, "");

        var error = Assert.Throws<UserErrorException>(() => SecurityFolder.Open(DataDir));

        Assert.StartsWith($"cannot use {DataDir}/security: ", error.Message, StringComparison.Ordinal);
    }
}
