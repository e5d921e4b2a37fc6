using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Security;
using FpingCluster.TestKit;

namespace FpingCluster.Coordinator.Tests.Security;

public sealed class TokenBookTests : IDisposable
{
    private const string Pin = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
    private const string Key = "k1";

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly AgentId Agent = new(Guid.Parse("00112233445566778899aabbccddeeff"));

    private readonly WorkFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    private string TokensFile => _folder.PathOf("security/tokens.json");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(TokenRole.Join, TokenRole.Join, TokenOutcome.Valid)]
    [InlineData(TokenRole.Join, TokenRole.Viewer, TokenOutcome.WrongRole)]
    [InlineData(TokenRole.Join, TokenRole.Operator, TokenOutcome.WrongRole)]
    [InlineData(TokenRole.Viewer, TokenRole.Join, TokenOutcome.WrongRole)]
    [InlineData(TokenRole.Viewer, TokenRole.Viewer, TokenOutcome.Valid)]
    [InlineData(TokenRole.Viewer, TokenRole.Operator, TokenOutcome.WrongRole)]
    [InlineData(TokenRole.Operator, TokenRole.Join, TokenOutcome.WrongRole)]
    [InlineData(TokenRole.Operator, TokenRole.Viewer, TokenOutcome.Valid)]
    [InlineData(TokenRole.Operator, TokenRole.Operator, TokenOutcome.Valid)]
    internal void Token_is_good_for_its_role_and_an_operator_may_read(TokenRole role, TokenRole least, TokenOutcome outcome)
    {
        var book = Open();
        var token = Create(book, role, out var text);

        var verdict = book.Check(text, least);

        Assert.Equal((outcome, token.Id), (verdict.Outcome, verdict.Token!.Id));
    }

    [Fact]
    public void Join_token_carries_the_pin_of_the_CA()
    {
        Create(Open(), TokenRole.Join, out var text);

        Assert.True(TokenText.TryParse(text, out var token));
        Assert.Equal(Pin, token.CaPin);
    }

    [Fact]
    public void Unknown_token_wrong_secret_and_wrong_role_letter_are_told_in_the_same_words()
    {
        var book = Open();
        Create(book, TokenRole.Viewer, out var text);
        Create(book, TokenRole.Viewer, out var revoked);
        book.Revoke(revoked.Split('.')[2], "test");
        var wrongSecret = Spoil(text);
        string?[] shown = [null, "", "x", "fpc.v.abcdefgh.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", wrongSecret, Spoil(revoked), text.Replace(".v.", ".o.", StringComparison.Ordinal)];

        Assert.All(shown, other => Assert.Equal(TokenVerdict.Unknown, book.Check(other, TokenRole.Viewer)));
        Assert.Equal("the token is not valid", TokenVerdict.Unknown.Why);
        Assert.True(book.Check(text, TokenRole.Viewer).IsValid);
    }

    [Fact]
    public void File_holds_the_hash_alone()
    {
        var token = Create(Open(), TokenRole.Operator, out var text);

        var file = File.ReadAllText(TokensFile);

        Assert.Contains(token.Id, file, StringComparison.Ordinal);
        Assert.DoesNotContain(text.Split('.')[3], file, StringComparison.Ordinal);
        Assert.True(TokenText.TryParse(text, out var parsed));
        Assert.Contains($"\"secret_sha256\": \"{Convert.ToHexStringLower(parsed.SecretHash())}\"", file, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(TokensFile));
    }

    [Fact]
    public void Token_ends_when_its_time_is_over()
    {
        var book = Open();
        Create(book, TokenRole.Viewer, out var text);

        _time.Advance(Hour - TimeSpan.FromTicks(1));
        Assert.True(book.Check(text, TokenRole.Viewer).IsValid);
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(TokenOutcome.Expired, book.Check(text, TokenRole.Viewer).Outcome);
        Assert.Equal(TokenOutcome.Expired, Open().Check(text, TokenRole.Viewer).Outcome);
    }

    [Fact]
    public void Clock_that_is_set_back_gives_no_longer_life()
    {
        var book = Open();
        Create(book, TokenRole.Viewer, out var text);

        _time.JumpWallClock(TimeSpan.FromDays(-30));
        Assert.True(book.Check(text, TokenRole.Viewer).IsValid);
        _time.Advance(Hour);

        Assert.Equal(TokenOutcome.Expired, book.Check(text, TokenRole.Viewer).Outcome);
    }

    [Fact]
    public void Clock_that_jumps_ahead_and_is_put_right_ends_nothing_for_good()
    {
        var book = Open();
        Create(book, TokenRole.Viewer, out var text);

        _time.JumpWallClock(TimeSpan.FromDays(365));
        Assert.Equal(TokenOutcome.Expired, book.Check(text, TokenRole.Viewer).Outcome);
        _time.JumpWallClock(TimeSpan.FromDays(-365));

        Assert.True(book.Check(text, TokenRole.Viewer).IsValid);
    }

    [Fact]
    public void Revoked_token_stays_revoked_and_keeps_who_did_it_first()
    {
        var book = Open();
        var token = Create(book, TokenRole.Viewer, out var text);

        Assert.True(book.Revoke(token.Id, "first"));
        Assert.True(book.Revoke(token.Id, "second"));
        Assert.False(book.Revoke("nobody", "first"));

        Assert.All([book, Open()], reader =>
        {
            Assert.Equal(TokenOutcome.Revoked, reader.Check(text, TokenRole.Viewer).Outcome);
            Assert.Equal("first", reader.List().Single().RevokedBy);
        });
    }

    [Fact]
    public void Use_of_a_join_token_is_taken_once_by_one_agent_with_one_key()
    {
        var book = Open();
        Create(book, TokenRole.Join, out var text, uses: 2);
        var other = new AgentId(Guid.NewGuid());

        Assert.Equal(1, book.Redeem(text, Agent, Key).Token!.UsesLeft);
        Assert.Equal(1, Open().Redeem(text, Agent, Key).Token!.UsesLeft);
        book = Open();
        Assert.Equal(0, book.Redeem(text, Agent, "k2").Token!.UsesLeft);

        Assert.Equal(TokenOutcome.UsedUp, book.Redeem(text, other, Key).Outcome);
        Assert.Equal(TokenOutcome.UsedUp, book.Check(text, TokenRole.Join).Outcome);
        Assert.True(book.Redeem(text, Agent, Key).IsValid);
        Assert.Equal("the token is not valid", book.Redeem(Spoil(text), other, Key).Why);
        _time.Advance(Hour);
        Assert.Equal(TokenOutcome.Expired, book.Redeem(text, Agent, Key).Outcome);
    }

    [Fact]
    public async Task Uses_are_not_exceeded_by_many_at_once()
    {
        var book = Open();
        Create(book, TokenRole.Join, out var text, uses: 5);

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => book.Redeem(text, new AgentId(Guid.NewGuid()), Key))));

        Assert.Equal(5, verdicts.Count(verdict => verdict.IsValid));
        Assert.Equal(0, Open().List().Single().UsesLeft);
    }

    [Fact]
    public void Last_use_is_kept_to_the_minute()
    {
        var book = Open();
        Create(book, TokenRole.Viewer, out var text);
        book.Check(text, TokenRole.Viewer);
        var first = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromSeconds(59));
        book.Check(text, TokenRole.Viewer);
        book.Check(Spoil(text), TokenRole.Viewer);

        Assert.Equal(first, Open().List().Single().LastUsedAt);
        Assert.Equal(_time.GetUtcNow(), book.List().Single().LastUsedAt);
        _time.Advance(TimeSpan.FromSeconds(1));
        book.Check(text, TokenRole.Viewer);
        Assert.Equal(_time.GetUtcNow(), Open().List().Single().LastUsedAt);
    }

    [Fact]
    public void Ended_tokens_are_listed_for_a_while_and_then_forgotten()
    {
        var book = Open();
        var revoked = Create(book, TokenRole.Operator, out _);
        var kept = Create(book, TokenRole.Viewer, out var text, ttl: TimeSpan.FromDays(90));
        book.Revoke(revoked.Id, "test");

        _time.Advance(TokenBook.Remembered);
        Create(book, TokenRole.Viewer, out _);
        Assert.Equal(3, book.List().Count);
        _time.Advance(TimeSpan.FromTicks(1));
        Create(book, TokenRole.Viewer, out _);

        Assert.DoesNotContain(book.List(), token => token.Id == revoked.Id);
        Assert.True(book.Check(text, TokenRole.Viewer).IsValid);
        Assert.Contains(book.List(), token => token.Id == kept.Id);
    }

    [Fact]
    public void Full_disk_takes_no_use_revokes_nothing_and_makes_no_token_but_readers_go_on()
    {
        using var disk = new Tmpfs("size=256k");
        var book = TokenBook.Open(SecurityFolder.Open(disk.Path), _time, Pin);
        Create(book, TokenRole.Join, out var join);
        var viewer = Create(book, TokenRole.Viewer, out var text);
        disk.Fill();

        Assert.Contains("the disk is full", Assert.Throws<OutputException>(() => book.Redeem(join, Agent, Key)).Message, StringComparison.Ordinal);
        Assert.Throws<OutputException>(() => book.Revoke(viewer.Id, "test"));
        Assert.Throws<OutputException>(() => Create(book, TokenRole.Viewer, out _));
        Assert.True(book.Check(text, TokenRole.Viewer).IsValid);
        disk.MakeRoom();

        var reopened = TokenBook.Open(SecurityFolder.Open(disk.Path), _time, Pin);
        Assert.Equal(2, reopened.List().Count);
        Assert.Equal(0, reopened.Redeem(join, Agent, Key).Token!.UsesLeft);
        Assert.True(reopened.Check(text, TokenRole.Viewer).IsValid);
    }

    [Theory]
    [InlineData("", "is damaged: ")]
    [InlineData("null", "is damaged: it holds null")]
    [InlineData("{\"version\":1}", "is damaged: ")]
    [InlineData("{\"version\":1,\"tokens\":[null]}", "is damaged: a token is null")]
    [InlineData("{\"version\":2,\"tokens\":[]}", "has version 2, this coordinator knows versions up to 1")]
    [InlineData("{\"version\":1,\"tokens\":[{0}]}", "the hash of token abcdefgh is not 64 hexadecimal digits")]
    public void Damaged_file_is_refused_and_stays_as_it_is(string content, string message)
    {
        const string token = """
            {"token":{"id":"abcdefgh","role":"viewer","name":"x","created_at":"2026-01-02T03:04:05Z","created_by":"x"},"secret_sha256":"00","redemptions":[]}
            """;
        SecurityFolder.Open(_folder.Root).Write("tokens.json", System.Text.Encoding.UTF8.GetBytes(content.Replace("{0}", token, StringComparison.Ordinal)));
        var before = File.ReadAllText(TokensFile);

        var error = Assert.Throws<UserErrorException>(Open);

        Assert.StartsWith(TokensFile, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(TokensFile));
    }

    private static string Spoil(string text)
    {
        var parts = text.Split('.');
        parts[3] = (parts[3][0] == 'A' ? 'B' : 'A') + parts[3][1..];
        return string.Join('.', parts);
    }

    private static TokenRecord Create(TokenBook book, TokenRole role, out string text, int uses = 1, TimeSpan? ttl = null) =>
        book.Create(role, "test", ttl ?? Hour, role == TokenRole.Join ? uses : null, "tester", out text);

    private TokenBook Open() => TokenBook.Open(SecurityFolder.Open(_folder.Root), _time, Pin);
}
