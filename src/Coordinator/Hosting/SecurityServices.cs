using FpingCluster.Coordinator.Api;
using FpingCluster.Coordinator.Security;
using FpingCluster.Coordinator.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Hosting;

internal static class SecurityServices
{
    public static IServiceCollection AddSecurity(this IServiceCollection services, HostSettings settings) =>
        settings.Http is null ? services.AddBooks() : services.AddBooks().AddApi().AddHostedService<LocalAccess>();

    private static IServiceCollection AddBooks(this IServiceCollection services) => services
        .AddSingleton(OpenFolder)
        .AddSingleton(provider => CertificateAuthority.Open(provider.GetRequiredService<SecurityFolder>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => EnrolledAgents.Open(provider.GetRequiredService<SecurityFolder>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => TokenBook.Open(
            provider.GetRequiredService<SecurityFolder>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<CertificateAuthority>().Pin))
        .AddSingleton(provider => AuditLog.Open(
            provider.GetRequiredService<SecurityFolder>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AuditLog>>()));

    private static SecurityFolder OpenFolder(IServiceProvider provider)
    {
        // Its lock says that the data folder is this coordinator's alone.
        provider.GetRequiredService<IResultStore>();
        return SecurityFolder.Open(provider.GetRequiredService<HostSettings>().DataDir);
    }
}
