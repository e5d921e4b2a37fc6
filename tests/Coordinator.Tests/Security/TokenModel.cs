using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Security;
using FpingCluster.TestKit;

namespace FpingCluster.Coordinator.Tests.Security;

/// <summary>What a book must answer, whatever happened before; every step is done to both and compared.</summary>
internal sealed class TokenModel : IDisposable
{
    private const string Pin = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

    private static readonly TimeSpan[] Lives = [TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromDays(1)];
    private static readonly TimeSpan[] Jumps = [TimeSpan.FromDays(-2), TimeSpan.FromMinutes(-5), TimeSpan.FromMinutes(5), TimeSpan.FromDays(2)];

    private readonly WorkFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<ModelToken> _tokens = [];
    private TokenBook _book;

    public TokenModel() => _book = Open();

    public void Dispose() => _folder.Dispose();

    public void Do(TokenStep step)
    {
        switch (step.Operation)
        {
            case TokenOperation.Create:
                Create(step.Pick);
                break;
            case TokenOperation.Pass:
                _time.Advance(Lives[step.Pick % Lives.Length] / 2);
                break;
            case TokenOperation.JumpWallClock:
                _time.JumpWallClock(Jumps[step.Pick % Jumps.Length]);
                break;
            case TokenOperation.Crash:
                File.WriteAllText(_folder.PathOf("security/.tokens.json.0.tmp"), "half a fi");
                File.SetUnixFileMode(_folder.PathOf("security/.tokens.json.0.tmp"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
                Reopen();
                break;
            case TokenOperation.Reopen:
                Reopen();
                break;
            case var operation when _tokens.Count > 0:
                DoToToken(operation, _tokens[step.Pick % _tokens.Count], step.Pick / 7);
                break;
        }
    }

    /// <summary>Every token, judged for every role.</summary>
    public void Finish()
    {
        foreach (var token in _tokens)
        {
            Array.ForEach(Enum.GetValues<TokenRole>(), role => Check(token, role));
        }

        Assert.Equal(
            _tokens.Select(token => (token.Id, token.UsesLeft, token.IsRevoked)).Order(),
            _book.List().Select(token => (token.Id, token.UsesLeft, token.RevokedAt is not null)).Order());
    }

    private void DoToToken(TokenOperation operation, ModelToken token, int pick)
    {
        switch (operation)
        {
            case TokenOperation.Check:
                Check(token, Enum.GetValues<TokenRole>()[pick % 3]);
                break;
            case TokenOperation.Redeem:
                Redeem(token, agent: pick % 4, key: pick / 4 % 2);
                break;
            case TokenOperation.Revoke:
                Assert.True(_book.Revoke(token.Id, "model"));
                token.IsRevoked = true;
                break;
        }
    }

    private void Create(int pick)
    {
        var role = Enum.GetValues<TokenRole>()[pick % 3];
        TimeSpan? life = role == TokenRole.Operator && pick % 2 == 0 ? null : Lives[pick / 3 % Lives.Length];
        int? uses = role == TokenRole.Join ? 1 + pick % 3 : null;
        var record = _book.Create(role, "model", life, uses, "model", out var text);
        _tokens.Add(new ModelToken(role, record.Id, text, _time.GetUtcNow() + life, uses) { LeftSince = life, Since = _time.GetTimestamp() });
    }

    private void Check(ModelToken token, TokenRole least)
    {
        var expected = Expected(token, least);
        Assert.Equal(expected == TokenOutcome.Valid && token.UsesLeft == 0 ? TokenOutcome.UsedUp : expected, _book.Check(token.Text, least).Outcome);
        Assert.Equal(TokenVerdict.Unknown, _book.Check(TokenText.Make(token.Role, token.Role == TokenRole.Join ? Pin : null).Reveal(), least));
    }

    private void Redeem(ModelToken token, int agent, int key)
    {
        var expected = Expected(token, TokenRole.Join);
        if (expected == TokenOutcome.Valid && !token.Redeemed.Contains((agent, key)))
        {
            expected = token.UsesLeft == 0 ? TokenOutcome.UsedUp : TokenOutcome.Valid;
            if (token.UsesLeft > 0)
            {
                token.UsesLeft--;
                token.Redeemed.Add((agent, key));
            }
        }

        Assert.Equal(expected, _book.Redeem(token.Text, new AgentId(new Guid(agent, 0, 0, new byte[8])), $"key-{key}").Outcome);
    }

    private TokenOutcome Expected(ModelToken token, TokenRole least) =>
        token.IsRevoked ? TokenOutcome.Revoked
        : token.ExpiresAt <= _time.GetUtcNow() || _time.GetElapsedTime(token.Since) >= token.LeftSince ? TokenOutcome.Expired
        : token.Role != least && !(token.Role == TokenRole.Operator && least == TokenRole.Viewer) ? TokenOutcome.WrongRole
        : TokenOutcome.Valid;

    private void Reopen()
    {
        _book = Open();
        foreach (var token in _tokens)
        {
            (token.LeftSince, token.Since) = (token.ExpiresAt - _time.GetUtcNow(), _time.GetTimestamp());
        }
    }

    private TokenBook Open() => TokenBook.Open(SecurityFolder.Open(_folder.Root), _time, Pin);
}
