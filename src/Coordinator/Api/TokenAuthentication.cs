using System.Security.Claims;
using FpingCluster.Coordinator.Jobs;
using FpingCluster.Coordinator.Security;
using FpingCluster.Shared.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace FpingCluster.Coordinator.Api;

/// <summary>Bearer tokens (RFC 6750): who shows one is known by its id and has its role; who shows none is anonymous, with the role that the configuration gives.</summary>
internal sealed class TokenAuthentication(TokenBook tokens, AuditLog audit, SecuritySettings settings) : IAuthenticationHandler
{
    public const string Scheme = "Bearer";

    private const string IdClaim = "token";
    private const string NoToken = "no token was sent";

    private const string Remedy =
        "name a file that holds a valid one with --token-file or FPINGCLUSTER_TOKEN_FILE; an operator makes one with 'fping-coordinator token create --role viewer'";

    private HttpContext _context = null!;
    private TokenVerdict? _verdict;

    /// <summary>Who made the request, for the audit log.</summary>
    public static AuditActor CallerOf(HttpContext context) =>
        context.User.FindFirstValue(IdClaim) is { } id ? AuditActor.Token(id, context.User.Identity?.Name ?? "") : AuditActor.Anonymous;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    public Task<AuthenticateResult> AuthenticateAsync() => Task.FromResult(Authenticate());

    public Task ChallengeAsync(AuthenticationProperties? properties)
    {
        _context.Response.Headers.WWWAuthenticate = $"{Scheme} realm=\"fpingcluster\"" + (_verdict is null ? "" : ", error=\"invalid_token\"");
        if (_verdict is { } verdict)
        {
            Refuse(verdict.Token is { } token ? AuditActor.Token(token.Id, token.Name) : AuditActor.Anonymous, verdict.Why);
        }

        return ApiProblem.Unauthorized($"{_verdict?.Why ?? NoToken}; {Remedy}").ExecuteAsync(_context);
    }

    public Task ForbidAsync(AuthenticationProperties? properties)
    {
        var needed = ApiRoles.NeededFor(_context.GetEndpoint());
        var why = _verdict is { Token: { } token } ? $"the token {token.Id} has the role {ApiRoles.Of(token.Role)}" : NoToken;
        Refuse(CallerOf(_context), $"{_context.Request.Method} {_context.Request.Path} takes the role {needed}; {why}");
        return ApiProblem.Forbidden($"this takes the role {needed}; {why}; {Remedy.Replace(ApiRoles.Viewer, needed, StringComparison.Ordinal)}").ExecuteAsync(_context);
    }

    private AuthenticateResult Authenticate()
    {
        // Agents are known by their certificates.
        if (HttpProtocol.IsHttp2(_context.Request.Protocol))
        {
            return AuthenticateResult.NoResult();
        }

        var header = _context.Request.Headers.Authorization;
        if (header.Count == 0)
        {
            return settings.Anonymous is { } role ? Success([new Claim(ClaimTypes.Role, ApiRoles.Of(role)), .. ViewerToo(role)]) : AuthenticateResult.NoResult();
        }

        _verdict = tokens.Check(TextOf(header.ToString()), TokenRole.Viewer);
        return _verdict is { Outcome: TokenOutcome.Valid or TokenOutcome.WrongRole, Token: { } token }
            ? Success([new Claim(IdClaim, token.Id), new Claim(ClaimTypes.Name, token.Name), new Claim(ClaimTypes.Role, ApiRoles.Of(token.Role)), .. ViewerToo(token.Role)])
            : AuthenticateResult.Fail(_verdict.Value.Why);
    }

    private static IEnumerable<Claim> ViewerToo(TokenRole role) => role == TokenRole.Operator ? [new Claim(ClaimTypes.Role, ApiRoles.Viewer)] : [];

    private static string? TextOf(string header) =>
        header.StartsWith($"{Scheme} ", StringComparison.OrdinalIgnoreCase) ? header[(Scheme.Length + 1)..].Trim(' ') : null;

    private static AuthenticateResult Success(IEnumerable<Claim> claims) =>
        AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme)), Scheme));

    private void Refuse(AuditActor who, string why) =>
        audit.Refuse(_context.Connection.RemoteIpAddress, new AuditEntry { Who = who, What = "login.refused", Why = why });
}
