using System.Reflection;

namespace FpingCluster.Compat.Tests.References;

/// <summary>What the published assemblies were compiled against must be here; else a call fails where it first needs it.</summary>
public sealed class PublishedReferenceTests
{
    public static TheoryData<string> PublishedAssemblies => ["Grpc.AspNetCore.Server", "Grpc.Net.Client"];

    [Theory]
    [MemberData(nameof(PublishedAssemblies))]
    public void Published_assembly_finds_every_type_and_member(string name)
    {
        using var published = new PublishedAssembly(name);
        var types = published.ContractTypes.ToList();
        var members = published.ContractMembers.ToList();

        Assert.InRange(types.Count, 30, 100);
        Assert.InRange(members.Count, 60, 300);
        Assert.Empty(types.Select(type => published.WhyUnresolved(type)).OfType<string>());
        Assert.Empty(members.Select(member => published.WhyUnresolved(member)).OfType<string>());
    }

    // A type fails to load if we have an abstract or interface member that the published contract has not.
    [Theory]
    [MemberData(nameof(PublishedAssemblies))]
    public void Published_assembly_loads_every_type(string name)
    {
        using var published = new PublishedAssembly(name);

        Assert.NotEmpty(published.Assembly.GetTypes());
    }

    // An override without its base method is no error to the runtime: it would never be called.
    [Theory]
    [MemberData(nameof(PublishedAssemblies))]
    public void Published_override_has_its_base(string name)
    {
        using var published = new PublishedAssembly(name);
        const BindingFlags declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var overrides = published.Assembly.GetTypes()
            .Where(type => type.IsClass && IsContract(type.BaseType))
            .SelectMany(type => type.GetMethods(declared))
            .Where(method => method.IsVirtual && !method.Attributes.HasFlag(MethodAttributes.NewSlot))
            .ToList();

        Assert.InRange(overrides.Count, 10, 100);
        Assert.DoesNotContain(overrides, method => method.GetBaseDefinition() == method);
    }

    private static bool IsContract(Type? type) => type is not null && ContractAssembly.Names.Contains(type.Assembly.GetName().Name);
}
