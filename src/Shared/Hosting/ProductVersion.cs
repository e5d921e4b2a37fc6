using System.Reflection;

namespace FpingCluster.Shared.Hosting;

/// <summary>The version of this build, as --version and the session show it.</summary>
public static class ProductVersion
{
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";
}
