using System.Net;
using FpingCluster.Coordinator.Api;
using FpingCluster.Coordinator.Security;
using FpingCluster.Coordinator.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FpingCluster.Coordinator.Hosting;

internal static class SecurityServices
{
    public static IServiceCollection AddSecurity(this IServiceCollection services, HostSettings settings)
    {
        services.AddSecurityFolder()
            .AddSingleton(settings.Security)
            .AddSingleton(provider => new AgentCertificates(
                provider.GetRequiredService<CertificateAuthority>(),
                settings.Security.AgentsCa is { } file ? new OutsideAuthority(file, provider.GetRequiredService<ILogger<OutsideAuthority>>()) : null,
                provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<AgentAdmission>()
            .AddSingleton<AgentEnrolment>()
            .AddSingleton(provider => settings.Security.Tls is { } files
                ? (IServerCertificate)ActivatorUtilities.CreateInstance<OutsideServerCertificate>(provider, files)
                : ActivatorUtilities.CreateInstance<OwnServerCertificate>(provider, Addresses(settings)));
        if (settings.Security.JoinToken is { } joinToken)
        {
            services.AddHostedService(provider => ActivatorUtilities.CreateInstance<JoinTokenKeeper>(provider, joinToken, settings.JoinTokenMode));
        }

        return settings.Http is null ? services : services.AddApi().AddHostedService<LocalAccess>();
    }

    private static IReadOnlyList<IPAddress> Addresses(HostSettings settings) =>
        settings.Http is { } http ? [settings.Grpc.Address, http.Address] : [settings.Grpc.Address];

    private static IServiceCollection AddSecurityFolder(this IServiceCollection services) => services
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
