using System.Reflection;

namespace FpingCluster.Architecture.Tests;

/// <summary>The product's assemblies as they are built. A folder is named as in "Agent.Engines"; it holds its subfolders.</summary>
internal static class Product
{
    private const string Prefix = "FpingCluster.";

    public static IReadOnlyList<Assembly> Assemblies { get; } =
        [Assembly.Load("FpingCluster.Shared"), Assembly.Load("fping-agent"), Assembly.Load("fping-coordinator")];

    /// <summary>Types with a file of their own; types nested in them belong to them.</summary>
    public static IEnumerable<Type> TypesIn(string folder) =>
        Assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => type.DeclaringType is null && IsIn(type, folder));

    public static bool IsIn(Type type, string folder) => $"{type.Namespace}.".StartsWith($"{Prefix}{folder}.", StringComparison.Ordinal);

    public static string NameOf(Type type) => $"{type.Namespace}.{type.Name}".Replace(Prefix, "", StringComparison.Ordinal);
}
