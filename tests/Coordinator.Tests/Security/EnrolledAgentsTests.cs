using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Leases;
using FpingCluster.TestKit;

namespace FpingCluster.Coordinator.Tests.Security;

public sealed class EnrolledAgentsTests : IDisposable
{
    private static readonly AgentId First = EnrolmentDesk.NewAgent(), Second = EnrolmentDesk.NewAgent();

    private readonly WorkFolder _data = new();
    private readonly FakeTimeProvider _time = new();

    private string BookFile => _data.PathOf("security/agents.json");

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Book_says_the_same_after_a_restart()
    {
        var book = Open();
        Enrol(book, First, "b");
        Enrol(book, Second, "a");
        book.Revoke(First, "operator anna");

        var again = Open().List();

        Assert.Equal(book.List(), again);
        Assert.Equal(["a", "b"], again.Select(agent => agent.Name));
        Assert.Equal((true, "operator anna"), (again[1].IsRevoked, again[1].RevokedBy));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(BookFile));
    }

    [Fact]
    public void Revocation_is_told_once()
    {
        var book = Open();
        List<AgentId> told = [];
        book.Revoked += told.Add;

        Assert.True(book.Revoke(First, "test", "never seen"));
        Assert.False(book.Revoke(First, "test"));

        Assert.Equal([First], told);
        Assert.Equal("never seen", book.Find(First)!.Name);
    }

    [Fact]
    public void Revocation_that_cannot_be_written_is_none()
    {
        var book = Open();
        Enrol(book, First, "a");
        Directory.Delete(_data.PathOf("security"), recursive: true);

        Assert.Throws<OutputException>(() => book.Revoke(First, "test"));

        Assert.False(book.Find(First)!.IsRevoked);
    }

    [Fact]
    public void Agents_long_gone_are_forgotten_and_revoked_ones_never()
    {
        var book = Open();
        Enrol(book, First, "gone");
        Enrol(book, Second, "revoked");
        book.Revoke(Second, "test");

        _time.Advance(TimeSpan.FromDays(39));
        Enrol(book, EnrolmentDesk.NewAgent(), "new");

        Assert.Equal(["new", "revoked"], book.List().Select(agent => agent.Name));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[null]")]
    [InlineData("""[{"id":"no id","name":"a"}]""")]
    [InlineData("""[{"name":"a"}]""")]
    public void Damaged_book_is_refused_and_never_replaced(string content)
    {
        Enrol(Open(), First, "a");
        File.WriteAllText(BookFile, content);

        Assert.Contains("agents.json is damaged", Assert.Throws<UserErrorException>(Open).Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(BookFile));
    }

    private void Enrol(EnrolledAgents book, AgentId id, string name) => book.Update(
        id, _ => new EnrolledAgent { Id = id, Name = name, KeyHash = "k", EnrolledAt = _time.GetUtcNow(), ExpiresAt = _time.GetUtcNow().AddHours(24) });

    private EnrolledAgents Open() => EnrolledAgents.Open(SecurityFolder.Open(_data.Root), _time);
}
