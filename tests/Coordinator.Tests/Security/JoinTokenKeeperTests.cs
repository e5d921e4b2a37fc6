using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Security;
using FpingCluster.Coordinator.Tests.Storage;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Security;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Tests.Security;

public sealed class JoinTokenKeeperTests : IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly EnrolmentDesk _desk = new();
    private readonly RecordingLogger<JoinTokenKeeper> _log = new();

    private string TokenFile => _desk.Data.PathOf("join.token");

    private string Token => File.ReadAllText(TokenFile).Trim();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task File_holds_a_good_token_and_a_restart_keeps_it()
    {
        using (var keeper = await StartAsync())
        {
            Assert.True(_desk.Tokens.Check(Token, TokenRole.Join).IsValid);
            Assert.Equal(Mode, File.GetUnixFileMode(TokenFile));
        }

        var token = Token;
        using var again = await StartAsync();

        Assert.Equal(token, Token);
        Assert.Single(_desk.Tokens.List());
    }

    [Fact]
    public async Task Token_is_replaced_while_the_old_one_is_still_good()
    {
        using var keeper = await StartAsync();
        var old = Token;
        _desk.Time.Advance(TimeSpan.FromHours(16) - TimeSpan.FromMinutes(1));
        Assert.Equal(old, Token);

        _desk.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.NotEqual(old, Token);
        Assert.All([old, Token], token => Assert.True(_desk.Tokens.Check(token, TokenRole.Join).IsValid));
    }

    [Fact]
    public async Task Token_that_is_used_up_or_revoked_is_replaced()
    {
        using var keeper = await StartAsync();
        var first = Token;
        for (var i = 0; i < 2; i++)
        {
            _desk.Tokens.Redeem(first, EnrolmentDesk.NewAgent(), "key");
        }

        _desk.Time.Advance(TimeSpan.FromSeconds(5));
        var second = Token;
        Assert.NotEqual(first, second);
        _desk.Tokens.Revoke(second.Split('.')[2], "test");
        _desk.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.NotEqual(second, Token);
        Assert.True(_desk.Tokens.Check(Token, TokenRole.Join).IsValid);
    }

    [Fact]
    public async Task File_that_cannot_be_written_is_told_at_the_start_and_logged_later()
    {
        Directory.CreateDirectory(TokenFile);
        await Assert.ThrowsAnyAsync<UserErrorException>(StartAsync);
        Directory.Delete(TokenFile);
        using var keeper = await StartAsync();
        File.Delete(TokenFile);
        Directory.CreateDirectory(TokenFile);

        _desk.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(LogLevel.Error, Assert.Single(_log.Entries).Level);
    }

    private async Task<JoinTokenKeeper> StartAsync()
    {
        var keeper = new JoinTokenKeeper(
            new JoinTokenSettings(TokenFile, TimeSpan.FromHours(24), 2), Mode, _desk.Tokens, _desk.Authority, _desk.Audit, _desk.Time, _log);
        await keeper.StartAsync(CancellationToken.None);
        return keeper;
    }
}
