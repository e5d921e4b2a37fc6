using System.Text.Json;
using FpingCluster.Coordinator.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FpingCluster.Coordinator.Api;

/// <summary>Tokens: making, listing and revoking them.</summary>
internal static class TokenRoutes
{
    private const string Path = "/api/v1/tokens";

    public static void MapTokens(this IEndpointRouteBuilder api)
    {
        var tokens = api.MapGroup("").RequireAuthorization(ApiRoles.Operator);
        tokens.MapGet(Path, (TokenBook book) => book.List().Select(token => View(token, book)));
        tokens.MapPost(Path, CreateAsync);
        tokens.MapPost(Path + "/{id}/revoke", Revoke);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, TokenBook book, AuditLog audit)
    {
        TokenOrder order;
        try
        {
            order = await TokenOrder.ReadAsync(context.Request.Body, context.RequestAborted);
        }
        catch (JsonException exception)
        {
            return ApiProblem.BadRequest($"the body is no order for a token: {exception.Message}");
        }

        if (order.Faults() is { } faults)
        {
            return ApiProblem.BadRequest(faults);
        }

        var token = order.MakeIn(book, TokenAuthentication.CallerOf(context).ToString(), out var text);
        try
        {
            audit.Write(context.Act("token.create", $"{token}, role {ApiRoles.Of(token.Role)}"));
        }
        catch (AuditException)
        {
            // Nobody has its text.
            book.Revoke(token.Id, AuditActor.Coordinator.ToString());
            throw;
        }

        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(new NewTokenView(text, View(token, book)), statusCode: StatusCodes.Status201Created);
    }

    private static IResult Revoke(string id, HttpContext context, TokenBook book, AuditLog audit)
    {
        if (book.Find(id) is not { } token)
        {
            return ApiProblem.NotFound($"there is no token with the id '{id}'; 'fping-coordinator token list' shows those there are");
        }

        audit.Write(context.Act("token.revoke", token.ToString()), () => book.Revoke(id, TokenAuthentication.CallerOf(context).ToString()));
        return Results.Json(View(book.Find(id)!, book));
    }

    private static TokenView View(TokenRecord token, TokenBook book) => TokenView.Of(token, book.StateOf(token));
}
