using FpingCluster.Coordinator.Storage;

namespace FpingCluster.Coordinator.Tests.Storage;

public sealed class MemoryResultStoreTests : ResultStoreContract
{
    private protected override IResultStore Store { get; } = new MemoryResultStore();
}
