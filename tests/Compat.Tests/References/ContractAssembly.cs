namespace FpingCluster.Compat.Tests.References;

internal static class ContractAssembly
{
    public static readonly string[] Names = ["Grpc.Core.Api", "Grpc.Net.Common"];
}
