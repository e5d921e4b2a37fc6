using Microsoft.AspNetCore.Http;

namespace FpingCluster.Coordinator.Api;

/// <summary>Refusals as problem details (RFC 9457), whose detail says what is wrong and what would be right.</summary>
internal static class ApiProblem
{
    public static IResult BadRequest(string detail) => Of(StatusCodes.Status400BadRequest, detail);

    public static IResult Unauthorized(string detail) => Of(StatusCodes.Status401Unauthorized, detail);

    public static IResult Forbidden(string detail) => Of(StatusCodes.Status403Forbidden, detail);

    public static IResult NotFound(string detail) => Of(StatusCodes.Status404NotFound, detail);

    public static IResult Conflict(string detail) => Of(StatusCodes.Status409Conflict, detail);

    public static IResult Misdirected(string detail) => Of(StatusCodes.Status421MisdirectedRequest, detail);

    public static IResult Unavailable(string detail) => Of(StatusCodes.Status503ServiceUnavailable, detail);

    public static IResult Of(int status, string detail) => Results.Problem(detail, statusCode: status);
}
