using FpingCluster.Agent.Session;
using FpingCluster.Agent.Tests.Cli;
using FpingCluster.Shared.Hosting;

namespace FpingCluster.Agent.Tests.Session;

public sealed class AgentIdentityTests : IDisposable
{
    private readonly TemporaryDirectory _root = new();

    private string DataDirectory => Path.Combine(_root.Path, "state", "agent");

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Agent_id_stays_and_boot_id_is_new_at_each_start()
    {
        using var first = AgentIdentity.Open(DataDirectory);
        first.Dispose();
        using var second = AgentIdentity.Open(DataDirectory);

        Assert.Equal(first.AgentId, second.AgentId);
        Assert.NotEqual(first.BootId, second.BootId);
    }

    [Fact]
    public void Agent_id_is_for_its_user_alone_and_no_temporary_file_stays()
    {
        using var identity = AgentIdentity.Open(DataDirectory);

        Assert.Equal($"{identity.AgentId}\n", File.ReadAllText(Path.Combine(DataDirectory, "agent-id")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(DataDirectory, "agent-id")));
        Assert.Equal(["agent-id", "lock"], Directory.GetFiles(DataDirectory).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Renewed_id_is_another_that_stays_and_the_old_one_is_kept()
    {
        using var identity = AgentIdentity.Open(DataDirectory);
        var (old, boot) = (identity.AgentId, identity.BootId);

        var kept = identity.Renew(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

        Assert.Equal(Path.Combine(DataDirectory, "agent-id.cloned-20260102T030405Z"), kept);
        Assert.Equal($"{old}\n", File.ReadAllText(kept));
        Assert.NotEqual(old, identity.AgentId);
        Assert.Equal(boot, identity.BootId);
        Assert.Equal(["agent-id", "agent-id.cloned-20260102T030405Z", "lock"], Directory.GetFiles(DataDirectory).Select(Path.GetFileName).Order());
        identity.Dispose();
        using var restarted = AgentIdentity.Open(DataDirectory);
        Assert.Equal(identity.AgentId, restarted.AgentId);
    }

    [Fact]
    public void Renewal_that_cannot_be_kept_is_told_and_the_id_stays()
    {
        using var identity = AgentIdentity.Open(DataDirectory);
        var old = identity.AgentId;
        Directory.Delete(DataDirectory, recursive: true);

        var error = Assert.Throws<UserErrorException>(() => identity.Renew(default));

        Assert.Contains(DataDirectory, error.Message, StringComparison.Ordinal);
        Assert.Equal(old, identity.AgentId);
    }

    [Fact]
    public void Second_agent_on_a_directory_is_refused_with_the_remedy()
    {
        using var first = AgentIdentity.Open(DataDirectory);

        var error = Assert.Throws<UserErrorException>(() => AgentIdentity.Open(DataDirectory));

        Assert.Contains(DataDirectory, error.Message, StringComparison.Ordinal);
        Assert.Contains("--data-dir", error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadUsage, error.ExitStatus);
    }

    [Fact]
    public void Id_left_half_written_by_a_crash_is_no_obstacle()
    {
        Directory.CreateDirectory(DataDirectory);
        File.WriteAllText(Path.Combine(DataDirectory, "agent-id.new"), "0123");

        using var identity = AgentIdentity.Open(DataDirectory);

        Assert.NotEqual(Guid.Empty, identity.AgentId.Value);
    }

    [Fact]
    public void Damaged_id_is_told_and_the_directory_is_free_again()
    {
        Directory.CreateDirectory(DataDirectory);
        var file = Path.Combine(DataDirectory, "agent-id");
        File.WriteAllText(file, "not an id");

        var error = Assert.Throws<UserErrorException>(() => AgentIdentity.Open(DataDirectory));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);

        File.Delete(file);
        using var identity = AgentIdentity.Open(DataDirectory);
    }

    [Fact]
    public void Directory_that_cannot_be_made_is_told()
    {
        File.WriteAllText(Path.Combine(_root.Path, "state"), "a file");

        var error = Assert.Throws<UserErrorException>(() => AgentIdentity.Open(DataDirectory));

        Assert.Contains(DataDirectory, error.Message, StringComparison.Ordinal);
    }
}
