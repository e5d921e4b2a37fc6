using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace FpingCluster.Coordinator.Api;

internal static class ApiServices
{
    // The core alone: the whole of authentication brings keys for cookies, kept in the user's home.
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddTransient<TokenAuthentication>();
        services.AddAuthenticationCore(options =>
        {
            options.AddScheme<TokenAuthentication>(TokenAuthentication.Scheme, displayName: null);
            options.DefaultScheme = TokenAuthentication.Scheme;
        });
        services.AddAuthorization(options =>
        {
            options.AddPolicy(ApiRoles.Viewer, policy => policy.RequireRole(ApiRoles.Viewer));
            options.AddPolicy(ApiRoles.Operator, policy => policy.RequireRole(ApiRoles.Operator));
        });
        return services;
    }

    /// <summary>After routing, in this order.</summary>
    public static void UseApi(this IApplicationBuilder app) => app.UseMiddleware<ApiDoor>().UseAuthentication().UseAuthorization();
}
