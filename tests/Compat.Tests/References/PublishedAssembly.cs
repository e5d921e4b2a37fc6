using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace FpingCluster.Compat.Tests.References;

/// <summary>A published assembly, and what it refers to in the contract assemblies.</summary>
internal sealed class PublishedAssembly : IDisposable
{
    // The runtime resolves references from inside a generic type or method against these arguments; none there has more.
    private static readonly Type[] GenericArguments = [.. Enumerable.Repeat(typeof(object), 8)];

    private readonly PEReader _file;
    private readonly MetadataReader _metadata;

    public PublishedAssembly(string name)
    {
        Assembly = Assembly.Load(name);
        _file = new PEReader(File.OpenRead(Assembly.Location));
        _metadata = _file.GetMetadataReader();
    }

    public Assembly Assembly { get; }

    public IEnumerable<TypeReferenceHandle> ContractTypes => _metadata.TypeReferences.Where(type => IsContract(type));

    public IEnumerable<MemberReferenceHandle> ContractMembers =>
        _metadata.MemberReferences.Where(member => IsContract(_metadata.GetMemberReference(member).Parent));

    /// <summary>Null if the runtime finds exactly what the published assembly was compiled against.</summary>
    public string? WhyUnresolved(EntityHandle reference)
    {
        try
        {
            Assembly.ManifestModule.ResolveMember(_metadata.GetToken(reference), GenericArguments, GenericArguments);
            return null;
        }
        catch (Exception exception) when (exception is MissingMemberException or TypeLoadException or FileLoadException)
        {
            return exception.Message;
        }
    }

    public void Dispose() => _file.Dispose();

    private bool IsContract(EntityHandle handle) => handle.Kind switch
    {
        HandleKind.TypeReference => IsContract(_metadata.GetTypeReference((TypeReferenceHandle)handle).ResolutionScope),
        HandleKind.TypeSpecification => GenericTypeOf((TypeSpecificationHandle)handle) is { } type && IsContract(type),
        HandleKind.AssemblyReference => ContractAssembly.Names.Contains(
            _metadata.GetString(_metadata.GetAssemblyReference((AssemblyReferenceHandle)handle).Name)),
        _ => false,
    };

    private EntityHandle? GenericTypeOf(TypeSpecificationHandle handle)
    {
        var signature = _metadata.GetBlobReader(_metadata.GetTypeSpecification(handle).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return null;
        }

        signature.ReadCompressedInteger();
        return signature.ReadTypeHandle();
    }
}
