using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using FpingCluster.Shared.Hosting;
using FpingCluster.Shared.Leases;
using FpingCluster.Shared.Security;

namespace FpingCluster.Coordinator.Security;

/// <summary>
/// The tokens. A change is on the disk before it holds; readers never wait for it. A token ends by the clock on the wall or by the time that this process has
/// counted, whichever is first: a clock that is set back gives no token a longer life.
/// </summary>
internal sealed class TokenBook
{
    /// <summary>Those that have ended are counted only for <see cref="Remembered"/>.</summary>
    public const int MaxTokens = 10_000;

    /// <summary>How long a token that has expired or was revoked is still listed.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    // Every use would be a write to the disk.
    private static readonly TimeSpan UseIsKeptEvery = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly SecurityFolder _folder;
    private readonly TimeProvider _time;
    private readonly string _caPin;
    private readonly ConcurrentDictionary<string, long> _deadlines = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _lastUsed = new();
    private volatile ImmutableDictionary<string, StoredToken> _tokens;

    private TokenBook(SecurityFolder folder, TimeProvider time, string caPin)
    {
        (_folder, _time, _caPin) = (folder, time, caPin);
        _tokens = TokenFile.Read(folder).ToImmutableDictionary(token => token.Token.Id);
        foreach (var token in _tokens.Values)
        {
            SetDeadline(token.Token);
        }
    }

    /// <param name="caPin">What join tokens end with: see <see cref="TokenText.CaPin"/>.</param>
    /// <exception cref="UserErrorException">The file cannot be read or is damaged.</exception>
    public static TokenBook Open(SecurityFolder folder, TimeProvider time, string caPin) => new(folder, time, caPin);

    /// <param name="ttl">Null: it never expires.</param>
    /// <param name="uses">Of a join token, and of no other.</param>
    /// <param name="text">The token itself: it is nowhere else.</param>
    /// <exception cref="UserErrorException">It cannot be kept, so there is none.</exception>
    public TokenRecord Create(TokenRole role, string name, TimeSpan? ttl, int? uses, string by, out string text)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(uses is > 0, role == TokenRole.Join, nameof(uses));
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            var tokens = WithoutForgotten(now);
            var made = TokenText.Make(role, role == TokenRole.Join ? _caPin : null);
            while (tokens.ContainsKey(made.Id))
            {
                made = TokenText.Make(role, made.CaPin);
            }

            var token = new TokenRecord { Id = made.Id, Role = role, Name = name, CreatedAt = now, CreatedBy = by, ExpiresAt = now + ttl, UsesLeft = uses };
            SetDeadline(token);
            Keep_NeedsLock(tokens.Add(token.Id, new StoredToken(token, Convert.ToHexStringLower(made.SecretHash()), [])));
            text = made.Reveal();
            return token;
        }
    }

    /// <summary>Judges a token for something that takes at least this role; never an exception.</summary>
    public TokenVerdict Check(string? text, TokenRole least)
    {
        var (verdict, _) = Judge(text, least);
        if (verdict.IsValid)
        {
            Used(verdict.Token!);
        }

        return verdict;
    }

    /// <summary>Takes one use of a join token, unless this agent with this key has taken one before.</summary>
    /// <param name="key">See <see cref="Redemption"/>.</param>
    /// <exception cref="OutputException">The use cannot be kept, so none is taken.</exception>
    public TokenVerdict Redeem(string? text, AgentId agent, string key)
    {
        lock (_gate)
        {
            var (verdict, stored) = Judge(text, TokenRole.Join);
            var redemption = new Redemption(agent.ToString(), key);
            if (stored is null || verdict.Outcome is not (TokenOutcome.Valid or TokenOutcome.UsedUp))
            {
                return verdict;
            }

            if (stored.Redemptions.Contains(redemption))
            {
                return verdict with { Outcome = TokenOutcome.Valid };
            }

            if (!verdict.IsValid)
            {
                return verdict;
            }

            var used = stored.Token with { UsesLeft = stored.Token.UsesLeft - 1, LastUsedAt = _time.GetUtcNow() };
            Keep_NeedsLock(_tokens.SetItem(used.Id, stored with { Token = used, Redemptions = [.. stored.Redemptions, redemption] }));
            return verdict with { Token = used };
        }
    }

    /// <returns>Whether there is such a token; one that was revoked before stays as it is.</returns>
    /// <exception cref="OutputException">It cannot be kept, so the token is not revoked.</exception>
    public bool Revoke(string id, string by)
    {
        lock (_gate)
        {
            if (!_tokens.TryGetValue(id, out var stored))
            {
                return false;
            }

            if (stored.Token.RevokedAt is null)
            {
                var revoked = stored.Token with { RevokedAt = _time.GetUtcNow(), RevokedBy = by };
                Keep_NeedsLock(_tokens.SetItem(id, stored with { Token = revoked }));
            }

            return true;
        }
    }

    /// <summary>The newest first, those that ended of late included.</summary>
    public IReadOnlyList<TokenRecord> List() =>
        [.. _tokens.Values.Select(stored => WithLastUse(stored.Token)).OrderByDescending(token => token.CreatedAt).ThenBy(token => token.Id, StringComparer.Ordinal)];

    public TokenRecord? Find(string id) => _tokens.TryGetValue(id, out var stored) ? WithLastUse(stored.Token) : null;

    /// <summary>What would be said to who shows it for what it is meant for.</summary>
    public TokenOutcome StateOf(TokenRecord token) =>
        token.RevokedAt is not null ? TokenOutcome.Revoked
        : IsExpired(token) ? TokenOutcome.Expired
        : token.UsesLeft == 0 ? TokenOutcome.UsedUp
        : TokenOutcome.Valid;

    // The secret first: who does not have it learns nothing about the token, in no words and by no clock.
    private (TokenVerdict Verdict, StoredToken? Stored) Judge(string? text, TokenRole least)
    {
        if (!TokenText.TryParse(text, out var shown))
        {
            return (TokenVerdict.Unknown, null);
        }

        var stored = _tokens.GetValueOrDefault(shown.Id);
        var expected = stored is null ? new byte[SHA256.HashSizeInBytes] : Convert.FromHexString(stored.SecretSha256);
        var isRight = CryptographicOperations.FixedTimeEquals(expected, shown.SecretHash());
        if (!isRight || stored is null || stored.Token.Role != shown.Role)
        {
            return (TokenVerdict.Unknown, null);
        }

        var state = StateOf(stored.Token);
        var outcome = state is TokenOutcome.Valid or TokenOutcome.UsedUp && !Suffices(stored.Token.Role, least) ? TokenOutcome.WrongRole : state;
        return (new TokenVerdict(outcome, stored.Token), stored);
    }

    // An operator may do what a viewer may; to join is another matter.
    private static bool Suffices(TokenRole role, TokenRole least) => role == least || (role == TokenRole.Operator && least == TokenRole.Viewer);

    private bool IsExpired(TokenRecord token) =>
        token.ExpiresAt <= _time.GetUtcNow() || (_deadlines.TryGetValue(token.Id, out var deadline) && _time.GetTimestamp() >= deadline);

    private void SetDeadline(TokenRecord token)
    {
        if (token.ExpiresAt is { } end)
        {
            // A damaged or far end must not overflow: nothing runs for thirty years.
            var seconds = Math.Min((end - _time.GetUtcNow()).TotalSeconds, 1e9);
            _deadlines[token.Id] = _time.GetTimestamp() + (long)(seconds * _time.TimestampFrequency);
        }
    }

    private void Used(TokenRecord token)
    {
        var now = _time.GetUtcNow();
        _lastUsed[token.Id] = now;
        if (now - token.LastUsedAt < UseIsKeptEvery)
        {
            return;
        }

        try
        {
            lock (_gate)
            {
                Keep_NeedsLock(_tokens);
            }
        }
        catch (OutputException)
        {
            // A full disk keeps nobody from reading; the use is kept with the next change.
        }
    }

    private TokenRecord WithLastUse(TokenRecord token) =>
        _lastUsed.TryGetValue(token.Id, out var used) && !(used <= token.LastUsedAt) ? token with { LastUsedAt = used } : token;

    private ImmutableDictionary<string, StoredToken> WithoutForgotten(DateTimeOffset now)
    {
        var tokens = _tokens.RemoveRange(_tokens.Values.Select(stored => stored.Token)
            .Where(token => (token.RevokedAt ?? token.ExpiresAt) + Remembered < now).Select(token => token.Id).ToList());
        return tokens.Count < MaxTokens
            ? tokens
            : throw new UserErrorException($"there are {MaxTokens:N0} tokens already; those that end are forgotten after {Remembered.TotalDays:0} days");
    }

    private void Keep_NeedsLock(ImmutableDictionary<string, StoredToken> tokens)
    {
        tokens = tokens.SetItems(tokens.Select(stored => KeyValuePair.Create(stored.Key, stored.Value with { Token = WithLastUse(stored.Value.Token) })).ToList());
        TokenFile.Write(_folder, tokens.Values.OrderBy(stored => stored.Token.CreatedAt));
        _tokens = tokens;
    }
}
